import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Index dropped while all traffic on its table waits',
  why: 'DROP INDEX takes an ACCESS EXCLUSIVE lock on the table: it waits behind every reader, and everybody else waits behind it.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['dropIndex'],
  check(change, context) {
    if (change.concurrently || context.effects.error) return null;
    for (const name of change.indexes) {
      const index = context.catalog.indexes.get(name);
      if ((!index && context.catalog.complete) || index?.constraint || index?.parent) continue;
      const table = index?.table;
      const isPartitioned = table !== undefined && context.relation(table)?.kind === 'partitionedTable';
      if ((table !== undefined && context.isNew(table)) || (isPartitioned && hasLockTimeout(context))) continue;
      const why = `Reads and writes of ${table ?? `the table of ${name}`} wait while the drop waits for its lock, and until its transaction ends.`;
      if (isPartitioned)
        return {
          relation: table,
          why,
          fix: {
            summary: 'Partitioned indexes cannot be dropped CONCURRENTLY: give up quickly with lock_timeout and try again.',
            sql: underLockTimeout(statementText(context)),
          },
        };
      return {
        relation: table,
        why,
        fix: {
          summary: 'Drop it concurrently, in a migration of its own that runs outside a transaction.',
          sql: change.indexes.map((other) => `DROP INDEX CONCURRENTLY IF EXISTS ${other};`).join('\n'),
        },
      };
    }
    return null;
  },
  setup: `CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint); CREATE INDEX orders_customer ON orders (customer_id);
    CREATE TABLE parts (id bigint, v int) PARTITION BY RANGE (id); CREATE INDEX parts_v ON parts (v);`,
  bad: [
    { sql: 'DROP INDEX orders_customer;' },
    { sql: 'DROP INDEX IF EXISTS orders_customer;', transaction: 'none' },
    { sql: 'DROP INDEX parts_v;' },
  ],
  good: [
    { sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_customer;', transaction: 'none' },
    { sql: "SET lock_timeout = '2s'; DROP INDEX parts_v;" },
    { sql: 'CREATE TABLE fresh (id int); CREATE INDEX fresh_id ON fresh (id); DROP INDEX fresh_id;' },
  ],
});
