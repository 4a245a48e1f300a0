import { defineRule } from '../rule.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import { bareName } from '../support/statement-text.js';

export default defineRule({
  category: 'performance',
  severity: 'high',
  title: 'Dropped index is still used by queries',
  why: 'Queries that found their rows by the index read the whole table as soon as it is gone.',
  source: 'https://www.postgresql.org/docs/current/monitoring-stats.html (pg_stat_user_indexes.idx_scan)',
  on: ['dropIndex'],
  check(change, context) {
    if (context.effects.error) return null;
    for (const name of change.indexes) {
      const index = context.catalog.indexes.get(name);
      const facts = index ? context.tableFacts(index.table)?.indexes.find((other) => bareName(other.name) === bareName(name)) : undefined;
      if (!index || !facts || facts.scans === 0 || !facts.valid) continue;
      const leading = index.keys[0]?.column;
      const replacement = context.catalog
        .indexesOf(index.table)
        .some(
          (other) =>
            other.name !== name &&
            other.valid &&
            !other.predicate &&
            index.keys.every((key, at) => key.column !== null && other.keys[at]?.column === key.column),
        );
      if (replacement) continue;
      return {
        relation: index.table,
        evidence: ['static', 'catalog'],
        why: `${name} was used ${facts.scans} times since the statistics began: searches of ${index.table}${leading ? ` by ${leading}` : ''} read the whole table once it is gone.`,
        fix: {
          summary: 'Build its replacement first; drop it when pg_stat_user_indexes shows that nothing uses it any more.',
          sql: createIndexText(index, {
            name: `${bareName(name)}_new`,
            concurrently: context.relation(index.table)?.kind !== 'partitionedTable',
          }),
        },
      };
    }
    return null;
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint); CREATE INDEX orders_customer ON orders (customer_id);',
  bad: [
    {
      sql: 'DROP INDEX CONCURRENTLY orders_customer;',
      transaction: 'none',
      facts: {
        tables: {
          'public.orders': {
            rows: 1e6,
            heapBytes: 1e8,
            indexBytes: 1e7,
            writes: 10,
            reads: 5000,
            indexes: [{ name: 'public.orders_customer', bytes: 1e7, scans: 4711, valid: true }],
          },
        },
      },
    },
  ],
  good: [
    {
      sql: 'DROP INDEX CONCURRENTLY orders_customer;',
      transaction: 'none',
      facts: {
        tables: {
          'public.orders': {
            rows: 1e6,
            heapBytes: 1e8,
            indexBytes: 1e7,
            writes: 10,
            reads: 5000,
            indexes: [{ name: 'public.orders_customer', bytes: 1e7, scans: 0, valid: true }],
          },
        },
      },
    },
  ],
});
