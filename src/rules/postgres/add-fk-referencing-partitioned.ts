import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'fanOut',
  severity: 'medium',
  title: 'Foreign key to a partitioned table locks all its partitions',
  why: 'SHARE ROW EXCLUSIVE is taken on each partition of the referenced table: writes to all of them wait until the transaction ends.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['add-fk-not-valid-locks-parent'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    const parent = constraint.references?.table;
    if (constraint.kind !== 'foreignKey' || !parent || parent === table || context.relation(parent)?.kind !== 'partitionedTable')
      return null;
    const partitions = context.catalog.descendants(parent).length;
    return briefLock(
      context,
      parent,
      `Writes to ${shown(parent)} and its ${partitions} ${partitions === 1 ? 'partition' : 'partitions'} wait until all locks are held and the transaction ends.`,
    );
  },
  setup: `CREATE TABLE events (id bigint PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (1000);
CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE notes (event_id bigint, customer_id bigint);`,
  bad: [{ sql: 'ALTER TABLE notes ADD CONSTRAINT notes_event FOREIGN KEY (event_id) REFERENCES events (id) NOT VALID;' }],
  good: [
    {
      sql: "SET lock_timeout = '2s'; ALTER TABLE notes ADD CONSTRAINT notes_event FOREIGN KEY (event_id) REFERENCES events (id) NOT VALID;",
    },
    { sql: 'ALTER TABLE notes ADD CONSTRAINT notes_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' },
  ],
});
