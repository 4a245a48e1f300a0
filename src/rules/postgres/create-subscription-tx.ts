import { defineRule } from '../rule.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'CREATE SUBSCRIPTION with a slot cannot run in a transaction',
  why: 'CREATE SUBSCRIPTION makes a replication slot on the publisher, which no rollback takes back; it fails with 25001 in a transaction.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['tx-forbidden-statement'],
  on: ['createSubscription'],
  check(change, context) {
    if (!change.createSlot || !context.transaction.open) return null;
    return {
      why: `The migration fails with 25001 before it connects to the publisher of ${change.subscription}.`,
      fix: {
        summary:
          'Run it in a migration of its own that is not wrapped in a transaction, or make the slot beforehand and say WITH (create_slot = false).',
        sql: null,
      },
    };
  },
  bad: [{ sql: "CREATE SUBSCRIPTION feed CONNECTION 'host=publisher' PUBLICATION changes;", fails: '25001' }],
  good: [
    {
      sql: "CREATE SUBSCRIPTION feed CONNECTION 'host=publisher' PUBLICATION changes WITH (connect = false);",
      unrunnable: 'a subscription keeps its throw-away database from being dropped',
    },
  ],
});
