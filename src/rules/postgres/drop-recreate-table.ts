import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Table dropped and made anew under the same name',
  why: 'The new table is empty: rows, grants, foreign keys of other tables, triggers and policies of the old one are gone.',
  source: 'https://www.postgresql.org/docs/current/sql-droptable.html',
  supersedes: ['drop-table'],
  on: ['dropTable'],
  check(change, context) {
    const existing = context.relation(change.table);
    if ((!existing && context.catalog.complete) || context.effects.error) return null;
    const created = context.after
      .flatMap((statement) => statement.changes)
      .find((later): later is ChangeOf<'createTable'> => later.kind === 'createTable' && later.table === change.table);
    if (!created) return null;
    const missing = existing?.known
      ? created.columns.filter((column) => !existing.columns.has(column.name) && !column.notNull && !column.generated && !column.serial)
      : [];
    return {
      relation: change.table,
      destructive: true,
      why: `Every row of ${change.table} is lost, and the application finds it empty.`,
      fix: {
        summary: 'Change the table with ALTER TABLE, so that its rows stay.',
        sql:
          missing.length > 0
            ? underLockTimeout(
                missing
                  .map((column) => `ALTER TABLE ${change.table} ADD COLUMN ${quoteIdentifier(column.name)} ${column.type};`)
                  .join('\n'),
              )
            : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [{ sql: 'DROP TABLE IF EXISTS orders; CREATE TABLE orders (id bigint PRIMARY KEY, code text, total numeric);' }],
  good: [{ sql: 'DROP TABLE orders;' }, { sql: 'CREATE TABLE fresh (id int); DROP TABLE fresh; CREATE TABLE fresh (id bigint);' }],
});
