import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { expandedColumn } from '../support/backfill.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'One column goes and another of its type comes: a rename that loses the data',
  why: 'Tools that compare models with a schema do not see a rename: they write a drop and an add, and every value of the old column is lost.',
  source: 'measured: Prisma 6 and 7, Alembic, Django, drizzle-kit',
  needs: ['applicationCode'],
  on: ['dropColumn'],
  check({ table, column }, context) {
    const changes = [
      ...context.before.flatMap((each) => each.changes),
      ...context.statement.changes,
      ...context.after.flatMap((each) => each.changes),
    ];
    const type = context.catalog.column(table, column)?.type;
    const dropped = changes.filter((each) => each.kind === 'dropColumn' && each.table === table);
    const candidates = changes.filter(
      (each): each is ChangeOf<'addColumn'> =>
        each.kind === 'addColumn' &&
        each.table === table &&
        each.definition.name !== column &&
        (type === undefined || each.definition.type === type),
    );
    // Dropped again in the same file: it was never meant to stay.
    const added = candidates.find(
      ({ definition }) => !dropped.some((each) => each.kind === 'dropColumn' && each.column === definition.name),
    );
    if (added === undefined) return null;
    const to = added.definition.name;
    return {
      relation: table,
      destructive: true,
      needs: ['applicationCode'],
      why: `${column} of ${shown(table)} is dropped and ${to} is added in the same migration: if ${to} is ${column} under a new name, all of its values are lost.`,
      fix: {
        summary: `If it is a rename, keep the values: add ${to} beside ${column}, keep it filled by a trigger, move reads, then writes, then drop ${column} later. If it is not, make two migrations of it, so that nobody has to wonder.`,
        sql: type ? script(expandedColumn(context, table, column, { name: to, type }, quoteIdentifier(column))) : null,
      },
    };
  },
  setup: 'CREATE TABLE users (id bigint PRIMARY KEY, name text);',
  bad: [
    { sql: 'ALTER TABLE users DROP COLUMN name, ADD COLUMN full_name text;' },
    { sql: 'ALTER TABLE users ADD COLUMN full_name text; ALTER TABLE users DROP COLUMN name;' },
    { sql: "ALTER TABLE users DROP COLUMN name; ALTER TABLE users ADD COLUMN full_name text NOT NULL DEFAULT '';" },
  ],
  good: [
    { sql: 'ALTER TABLE users DROP COLUMN name;' },
    { sql: 'ALTER TABLE users DROP COLUMN name, ADD COLUMN age integer;' },
    { sql: 'ALTER TABLE users ADD COLUMN scratch text; ALTER TABLE users DROP COLUMN scratch;' },
    { sql: 'CREATE TABLE notes (a text); ALTER TABLE notes DROP COLUMN a, ADD COLUMN b text;' },
  ],
});
