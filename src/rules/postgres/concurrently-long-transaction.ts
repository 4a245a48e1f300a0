import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'CONCURRENTLY will wait for a transaction that is open now',
  why: 'It waits for every transaction with an older snapshot, and for those that hold the table: without an end, as long as one of them stays open.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createIndex', 'dropIndex', 'reindex', 'detachPartition'],
  check(change, context) {
    if (!change.concurrently || !context.facts || context.transaction.open) return null;
    const table =
      change.kind === 'createIndex'
        ? change.index.table
        : change.kind === 'detachPartition'
          ? change.table
          : change.kind === 'dropIndex'
            ? context.catalog.indexes.get(change.indexes[0] ?? '')?.table
            : change.name === null
              ? undefined
              : (context.catalog.indexes.get(change.name)?.table ?? change.name);
    const inTheWay = context.facts.longTransactions.filter(
      (other) => other.holdsSnapshot || (table !== undefined && other.relations.includes(table)),
    );
    const oldest = inTheWay.toSorted((a, b) => b.ageSeconds - a.ageSeconds)[0];
    if (!oldest) return null;
    return {
      relation: table,
      evidence: ['static', 'catalog'],
      why: `${inTheWay.length === 1 ? 'A transaction' : `${inTheWay.length} transactions`} of up to ${Math.round(oldest.ageSeconds)} s (process ${oldest.pid}${oldest.applicationName ? `, ${oldest.applicationName}` : ''}) must end first; meanwhile VACUUM${table ? ` of ${shown(table)}` : ''} and other migrations wait.`,
      fix: {
        summary:
          'Start it when no old transaction is open; let the application end what it leaves idle (idle_in_transaction_session_timeout).',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    {
      sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);',
      transaction: 'none',
      facts: {
        longTransactions: [
          { pid: 4711, ageSeconds: 900, state: 'idle in transaction', applicationName: 'reports', holdsSnapshot: true, relations: [] },
        ],
      },
    },
  ],
  good: [
    { sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none' },
    { sql: 'CREATE INDEX CONCURRENTLY orders_code_idx ON orders (code);', transaction: 'none', facts: { longTransactions: [] } },
  ],
});
