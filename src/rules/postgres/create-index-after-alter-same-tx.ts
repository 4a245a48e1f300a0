import { defineRule } from '../rule.js';
import { earlierLocking } from '../support/earlier-statements.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'high',
  title: 'Index built while an earlier change keeps everybody out',
  why: 'CREATE INDEX alone lets reads go on; after an ALTER TABLE in the same transaction the ACCESS EXCLUSIVE lock of that one is held until the index is built.',
  source: 'https://www.postgresql.org/docs/current/explicit-locking.html',
  sizeMatters: true,
  supersedes: ['create-index'],
  on: ['createIndex'],
  check(change, context) {
    const { table, name } = change.index;
    if (
      change.concurrently ||
      !context.transaction.open ||
      context.transaction.heldLocks.get(table) !== 'AccessExclusiveLock' ||
      context.isNew(table) ||
      context.effects.error
    )
      return null;
    const earlier = earlierLocking(context, table);
    if (earlier.length === 0 || (context.effects.indexBuilds.length === 0 && context.effects.scans.length === 0 && change.only))
      return null;
    const isPartitioned = context.relation(table)?.kind === 'partitionedTable';
    return {
      relation: table,
      why: `Reads and writes of ${table} wait until the index is built.`,
      fix: {
        summary: 'Change the table in one migration, and build the index concurrently in another that runs outside a transaction.',
        sql: isPartitioned
          ? null
          : [
              ...earlier,
              name
                ? createIndexText(change.index, { name, concurrently: true })
                : statementText(context).replace(/\bINDEX\b/i, 'INDEX CONCURRENTLY'),
            ].join('\n'),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN state text; CREATE INDEX orders_state ON orders (state);' }],
  good: [
    {
      sql: 'ALTER TABLE orders ADD COLUMN state text;',
      next: [{ sql: 'CREATE INDEX CONCURRENTLY orders_state ON orders (state);', transaction: 'none' }],
    },
    { sql: 'CREATE TABLE fresh (id int); ALTER TABLE fresh ADD COLUMN a int; CREATE INDEX fresh_a ON fresh (a);' },
  ],
});
