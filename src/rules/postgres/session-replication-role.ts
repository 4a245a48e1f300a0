import { defineRule } from '../rule.js';

export default defineRule({
  category: 'correctness',
  severity: 'high',
  title: 'session_replication_role switches triggers and foreign keys off',
  why: 'In a session with the role replica no ordinary trigger fires, the checks of foreign keys among them; what is written so is never checked.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE',
  on: ['set'],
  check(change) {
    if (change.name !== 'session_replication_role' || change.reset || !/^replica$/i.test(change.value ?? '')) return null;
    return {
      why: 'Rows that this session writes may break foreign keys and skip auditing, for every table at once; nothing finds them later.',
      needs: ['privileges'],
      fix: {
        summary:
          'Leave it out and write the rows in an order that the foreign keys allow; make them DEFERRABLE where the order cannot be kept.',
        sql: null,
      },
    };
  },
  bad: [{ sql: 'SET session_replication_role = replica;' }, { sql: "SET LOCAL session_replication_role = 'replica';" }],
  good: [{ sql: "SET session_replication_role = 'origin';" }, { sql: 'RESET session_replication_role;' }],
});
