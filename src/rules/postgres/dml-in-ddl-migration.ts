import { blockedBy } from '../../core/effects.js';
import { defineRule } from '../rule.js';
import { earlierLocking } from '../support/earlier-statements.js';
import { firstBatch } from '../support/row-batch.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'high',
  title: 'Rows are changed while the schema change holds its lock',
  why: 'A lock is held until the transaction ends: an ALTER TABLE that is done in a moment locks the table for as long as the backfill after it lasts.',
  source: 'https://www.postgresql.org/docs/current/explicit-locking.html',
  sizeMatters: true,
  supersedes: ['update-without-where', 'insert-select-large'],
  on: ['update', 'delete', 'insert'],
  check(change, context) {
    const held = context.transaction.heldLocks.get(change.table);
    if (!context.transaction.open || !held || blockedBy(held) === 'nothing' || context.isNew(change.table) || context.effects.error)
      return null;
    if (change.kind === 'insert' ? change.valuesRows > 0 : change.where.bounded) return null;
    const earlier = earlierLocking(context, change.table);
    if (earlier.length === 0) return null;
    const batch = change.kind === 'insert' ? null : firstBatch(context, change.table, 'keep');
    return {
      relation: change.table,
      why: `${blockedBy(held) === 'readsAndWrites' ? 'Reads and writes' : 'Writes'} of ${change.table} wait until every row is changed, because the statement before it has locked the table.`,
      fix: {
        summary: 'Change the schema in one migration and the rows in another, in batches.',
        sql: [...earlier, batch ?? statementText(context)].join('\n'),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: "ALTER TABLE orders ADD COLUMN state text; UPDATE orders SET state = 'new';" },
    { sql: "ALTER TABLE orders ADD COLUMN state text; UPDATE orders SET state = 'new' WHERE code IS NOT NULL;" },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN state text;', next: [{ sql: "UPDATE orders SET state = 'new' WHERE id BETWEEN 1 AND 1000;" }] },
    { sql: "ALTER TABLE orders ADD COLUMN state text; UPDATE orders SET state = 'new';", transaction: 'none' },
    { sql: "ALTER TABLE orders ADD COLUMN state text; INSERT INTO orders (id, state) VALUES (1, 'new');" },
  ],
});
