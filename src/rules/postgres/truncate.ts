import { defineRule } from '../rule.js';
import { integerKeyOf } from '../support/row-batch.js';
import { listed } from '../support/statement-text.js';
import { quoteIdentifier } from '../../core/names.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'TRUNCATE removes every row',
  why: 'TRUNCATE empties the table under an ACCESS EXCLUSIVE lock, fires no row triggers, and no down migration brings the rows back.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['truncate'],
  check(change, context) {
    const tables = change.tables.filter((table) => !context.isNew(table));
    if (tables.length === 0 || context.effects.error) return null;
    const keys = tables.map((table) => integerKeyOf(context, table));
    return {
      relation: tables[0],
      destructive: true,
      why: `Every row of ${listed(tables)} is gone, and reads and writes wait meanwhile.`,
      fix: {
        summary: 'Keep a copy, and delete only the rows that have to go, in batches of their own transaction.',
        sql: keys.every((key) => key !== null)
          ? tables.map((table, at) => `DELETE FROM ${table} WHERE ${quoteIdentifier(keys[at] ?? '')} BETWEEN 1 AND 10000;`).join('\n')
          : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE logs (note text);',
  bad: [{ sql: 'TRUNCATE orders;' }, { sql: 'TRUNCATE TABLE orders, logs RESTART IDENTITY;' }],
  good: [{ sql: 'CREATE TABLE fresh (id int); TRUNCATE fresh;' }, { sql: 'DELETE FROM orders WHERE id BETWEEN 1 AND 1000;' }],
});
