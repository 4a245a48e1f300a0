import { defineRule } from '../rule.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'TRUNCATE of a table that a foreign key references',
  why: 'A table that is referenced cannot be truncated alone, not even when the referencing table is empty; it fails with 0A000.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['truncate'],
  on: ['truncate'],
  check(change, context) {
    if (change.cascade) return null;
    const others = [...new Set(change.tables.flatMap((table) => context.catalog.foreignKeysTo(table).map((key) => key.table)))].filter(
      (table) => {
        const parent = context.relation(table)?.partitionOf?.parent;
        return !change.tables.includes(table) && !(parent && change.tables.includes(parent));
      },
    );
    if (others.length === 0) return null;
    return {
      relation: change.tables[0],
      why: `The migration fails with 0A000: ${listed(others)} ${others.length > 1 ? 'reference' : 'references'} ${listed(change.tables)}.`,
      fix: {
        summary: 'Truncate the tables together, if both are to lose every row; otherwise delete.',
        sql: `TRUNCATE ${[...change.tables, ...others].join(', ')};`,
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);',
  bad: [{ sql: 'TRUNCATE customers;', fails: '0A000' }],
  good: [{ sql: 'TRUNCATE customers, orders;' }, { sql: 'TRUNCATE orders;' }],
});
