import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Waits for VACUUM and other schema changes of the table',
  why: 'A SHARE UPDATE EXCLUSIVE lock lets traffic go on but excludes itself: VALIDATE, CONCURRENTLY, ANALYZE and VACUUM of one table run one after the other, and an autovacuum against wraparound does not give way.',
  source: 'measured: PostgreSQL 14 to 18; https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND',
  quiet: true,
  on: ['validateConstraint', 'createIndex', 'analyze', 'vacuum', 'reindex', 'attachPartition'],
  check(_change, context) {
    const lock = context.effects.locks.find(
      (other) => other.mode === 'ShareUpdateExclusiveLock' && !context.catalog.indexes.has(other.relation),
    );
    if (!lock || context.effects.locks.some((other) => other.relation === lock.relation && other.mode !== lock.mode)) return null;
    return {
      relation: lock.relation,
      why: `Traffic on ${lock.relation} goes on; the migration may wait long for a VACUUM of it, or for another change of its kind.`,
      fix: {
        summary: 'Look into pg_stat_progress_vacuum and pg_stat_progress_create_index first, and run such changes one after the other.',
        sql: statementText(context),
      },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric); ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;',
  bad: [{ sql: 'ALTER TABLE orders VALIDATE CONSTRAINT positive;' }, { sql: 'ANALYZE orders;' }],
  good: [{ sql: 'ALTER TABLE orders ADD COLUMN note text;' }, { sql: 'CREATE INDEX orders_total ON orders (total);' }],
});
