import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import { bareName } from '../support/statement-text.js';

export default defineRule({
  category: 'performance',
  severity: 'medium',
  title: 'Index dropped before its replacement is built',
  why: 'Between the drop and the end of the new build no index serves the queries.',
  source: 'https://www.postgresql.org/docs/current/sql-reindex.html',
  on: ['dropIndex'],
  check(change, context) {
    if (context.effects.error) return null;
    for (const name of change.indexes) {
      const index = context.catalog.indexes.get(name);
      if (!index || index.constraint || context.relation(index.table)?.kind === 'partitionedTable') continue;
      const created = context.after
        .flatMap((statement) => statement.changes)
        .find(
          (later): later is ChangeOf<'createIndex'> =>
            later.kind === 'createIndex' &&
            later.index.table === index.table &&
            index.keys[0]?.column !== null &&
            later.index.keys[0]?.column === index.keys[0]?.column,
        );
      if (!created) continue;
      const wanted = created.index.name ?? `${bareName(name)}_replacement`;
      const taken = wanted === bareName(name);
      const temporary = taken ? `${wanted}_new` : wanted;
      return {
        relation: index.table,
        why: `Searches of ${index.table} that used ${name} read the whole table until the new index is built${context.transaction.open ? ', and the drop keeps everybody out meanwhile' : ''}.`,
        fix: {
          summary: 'Build the new index first, then drop the old one; each outside a transaction.',
          sql: [
            createIndexText(created.index, { name: temporary, concurrently: true }),
            `DROP INDEX CONCURRENTLY IF EXISTS ${name};`,
            ...(taken
              ? [
                  `ALTER INDEX ${name.slice(0, name.length - quoteIdentifier(wanted).length)}${quoteIdentifier(temporary)} RENAME TO ${quoteIdentifier(wanted)};`,
                ]
              : []),
          ].join('\n'),
        },
      };
    }
    return null;
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, placed_at timestamptz); CREATE INDEX orders_customer ON orders (customer_id);',
  bad: [
    {
      sql: 'DROP INDEX CONCURRENTLY orders_customer; CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id, placed_at);',
      transaction: 'none',
    },
    { sql: 'DROP INDEX orders_customer; CREATE INDEX orders_customer_placed ON orders (customer_id, placed_at);' },
  ],
  good: [
    {
      sql: 'CREATE INDEX CONCURRENTLY orders_customer_placed ON orders (customer_id, placed_at); DROP INDEX CONCURRENTLY orders_customer;',
      transaction: 'none',
    },
    { sql: 'DROP INDEX CONCURRENTLY orders_customer; CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_at);', transaction: 'none' },
  ],
});
