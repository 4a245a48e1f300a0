import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier, splitQualified } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'One table goes and another with its columns comes: a rename that loses the rows',
  why: 'Tools that compare models with a schema do not see the rename of a model: they write a new table and drop the old one with every row.',
  source: 'measured: Prisma 6 and 7, Alembic, Django, drizzle-kit',
  needs: ['applicationCode'],
  on: ['dropTable'],
  check({ table }, context) {
    const existing = context.relation(table);
    if (!existing?.known || existing.columns.size < 2) return null;
    const changes = [...context.before.flatMap((each) => each.changes), ...context.after.flatMap((each) => each.changes)];
    const created = changes.find(
      (each): each is ChangeOf<'createTable'> =>
        each.kind === 'createTable' &&
        each.table !== table &&
        each.columns.length === existing.columns.size &&
        each.columns.every((column) => existing.columns.get(column.name)?.type === column.type),
    );
    if (created === undefined) return null;
    const { schema, name } = splitQualified(created.table);
    const sameSchema = schema === splitQualified(table).schema;
    return {
      relation: table,
      destructive: true,
      needs: ['applicationCode'],
      why: `${shown(table)} is dropped, and ${shown(created.table)} with the same columns is made in the same migration: if it is the same table under a new name, all of its rows are lost.`,
      fix: {
        summary:
          'If it is a rename, rename it, with a view of the old name for code that is still running. If it is not, make two migrations of it, so that nobody has to wonder.',
        sql: sameSchema
          ? script(
              'BEGIN',
              `ALTER TABLE ${table} RENAME TO ${quoteIdentifier(name)}`,
              `CREATE VIEW ${table} AS SELECT * FROM ${created.table}`,
              'COMMIT',
            )
          : null,
      },
    };
  },
  setup: 'CREATE TABLE bills (id bigint PRIMARY KEY, total numeric);',
  bad: [
    { sql: 'CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric); DROP TABLE bills;' },
    { sql: 'DROP TABLE bills; CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric);' },
  ],
  good: [
    { sql: 'DROP TABLE bills;' },
    { sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text); DROP TABLE bills;' },
    { sql: 'CREATE TABLE a (id bigint, b text); CREATE TABLE c (id bigint, b text); DROP TABLE a;' },
  ],
});
