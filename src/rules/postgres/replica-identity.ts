import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';
import { bareName } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'medium',
  title: 'Replica identity that breaks or slows logical replication',
  why: 'With NOTHING, updates and deletes of a published table fail; with FULL, every change carries the old row and is slow to apply.',
  source: 'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
  on: ['setReplicaIdentity'],
  check(change, context) {
    if (change.identity !== 'nothing' && change.identity !== 'full') return null;
    const relation = context.relation(change.table);
    const hasKey = [...(relation?.constraints.values() ?? [])].some((constraint) => constraint.kind === 'primaryKey');
    const unique = context.catalog
      .indexesOf(change.table)
      .find(
        (index) =>
          index.unique && !index.predicate && index.keys.every((key) => key.column !== null && relation?.columns.get(key.column)?.notNull),
      );
    if (change.identity === 'full' && relation?.known && !hasKey && !unique) return null;
    const better = hasKey ? 'DEFAULT' : unique ? `USING INDEX ${quoteIdentifier(bareName(unique.name))}` : null;
    return {
      relation: change.table,
      severity: change.identity === 'nothing' ? 'high' : 'medium',
      why:
        change.identity === 'nothing'
          ? `If ${change.table} is published, every UPDATE and DELETE of it fails from now on.`
          : `Every UPDATE and DELETE of ${change.table} logs the whole old row, and subscribers may read the whole table to find it.`,
      fix: {
        summary: 'Identify rows by the primary key or a unique index on NOT NULL columns.',
        sql: better ? underLockTimeout(`ALTER TABLE ${change.table} REPLICA IDENTITY ${better};`) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE logs (note text);',
  bad: [{ sql: 'ALTER TABLE orders REPLICA IDENTITY NOTHING;' }, { sql: 'ALTER TABLE orders REPLICA IDENTITY FULL;' }],
  good: [{ sql: 'ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_pkey;' }, { sql: 'ALTER TABLE logs REPLICA IDENTITY FULL;' }],
});
