import { defineRule } from '../rule.js';
import { writtenConcurrently } from '../support/index-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'Index built while writes wait',
  why: 'CREATE INDEX holds a SHARE lock until the whole table is read and the index is built: every INSERT, UPDATE and DELETE waits.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['createIndex'],
  check({ index, concurrently }, context) {
    const { indexBuilds, error } = context.effects;
    if (concurrently || context.relation(index.table)?.kind === 'partitionedTable' || indexBuilds.length === 0 || error) return null;
    return {
      relation: index.table,
      needs: index.unique ? ['duplicates'] : [],
      why: `Every write to ${shown(index.table)} waits until the index is built${index.unique ? '; one duplicate stops the migration' : ''}.`,
      fix: {
        summary:
          'Build it concurrently, in a migration of its own that runs outside a transaction. Where it was interrupted, drop the invalid index first.',
        sql: script(writtenConcurrently(context, index)),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, code text);',
  bad: [
    { sql: 'CREATE INDEX orders_customer_id_idx ON orders (customer_id);' },
    {
      sql: 'CREATE UNIQUE INDEX IF NOT EXISTS orders_code_idx ON orders USING btree (lower(code) text_pattern_ops) WHERE code IS NOT NULL;',
    },
    { sql: 'CREATE INDEX ON orders (code);' },
  ],
  good: [
    { sql: 'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);', transaction: 'none' },
    { sql: 'CREATE TABLE notes (a text); CREATE INDEX notes_a_idx ON notes (a);' },
    { setup: 'CREATE INDEX orders_there_idx ON orders (code);', sql: 'CREATE INDEX IF NOT EXISTS orders_there_idx ON orders (code);' },
  ],
});
