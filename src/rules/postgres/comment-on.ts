import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'COMMENT ON waits behind VACUUM and index builds',
  why: 'COMMENT ON a table or a column takes a SHARE UPDATE EXCLUSIVE lock: traffic goes on, but it waits for VACUUM, ANALYZE and CREATE INDEX CONCURRENTLY.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['comment'],
  check(change, context) {
    if (!['table', 'column', 'index', 'view', 'materializedView'].includes(change.objectKind)) return null;
    const relation = change.table ?? change.name;
    return {
      relation,
      why: `Reads and writes of ${relation} go on; the migration may wait for a running VACUUM.`,
      fix: { summary: 'Nothing to change.', sql: statementText(context) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint);',
  bad: [{ sql: "COMMENT ON TABLE orders IS 'what was ordered';" }, { sql: "COMMENT ON COLUMN orders.id IS 'key';" }],
  good: [{ sql: "CREATE TABLE fresh (id int); COMMENT ON TABLE fresh IS 'new';" }, { sql: "COMMENT ON SCHEMA public IS 'all';" }],
});
