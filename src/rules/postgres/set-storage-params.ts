import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Storage parameter changed: traffic goes on',
  why: 'SET (fillfactor, autovacuum_*, …) takes a SHARE UPDATE EXCLUSIVE lock, which only other schema changes and VACUUM feel.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['setStorageParameters'],
  check(change, context) {
    if (
      change.onIndex ||
      context.catalog.indexes.has(change.relation) ||
      context.effects.locks.some((lock) => lock.mode === 'AccessExclusiveLock')
    )
      return null;
    return {
      relation: change.relation,
      why: `Reads and writes of ${change.relation} go on; the change waits for a running VACUUM or index build, and pages that exist stay as they are.`,
      fix: { summary: 'Nothing to change.', sql: statementText(context) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint);',
  bad: [{ sql: 'ALTER TABLE orders SET (fillfactor = 80);' }, { sql: 'ALTER TABLE orders RESET (autovacuum_vacuum_scale_factor);' }],
  good: [{ sql: 'ALTER TABLE orders SET (user_catalog_table = true);' }],
});
