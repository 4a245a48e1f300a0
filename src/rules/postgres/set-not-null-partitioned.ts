import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { bareName } from '../support/statement-text.js';

export default defineRule({
  category: 'fanOut',
  severity: 'high',
  title: 'Every partition is read while all of them are locked',
  why: 'SET NOT NULL and ADD CHECK on a partitioned table lock each partition with ACCESS EXCLUSIVE and read it in full before the first lock is released.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['set-not-null', 'add-check', 'missing-lock-timeout'],
  on: ['setNotNull', 'addConstraint'],
  check(change, context) {
    const isCheck = change.kind === 'addConstraint';
    const scans = context.effects.scans.length;
    if (
      context.relation(change.table)?.kind !== 'partitionedTable' ||
      scans === 0 ||
      context.effects.error ||
      (isCheck && change.constraint.kind !== 'check')
    )
      return null;
    const condition = isCheck ? (change.constraint.expression?.sql ?? '') : `${quoteIdentifier(change.column)} IS NOT NULL`;
    const name = quoteIdentifier(
      isCheck ? (change.constraint.name ?? `${bareName(change.table)}_check`) : `${bareName(change.table)}_${change.column}_not_null`,
    );
    return {
      relation: change.table,
      why: `Reads and writes of ${change.table} wait until ${scans === 1 ? 'its partition has' : `all ${scans} partitions have`} been read.`,
      fix: {
        summary: 'Add a CHECK NOT VALID, validate it partition by partition beside the traffic, then let it prove the rest.',
        sql: [
          `ALTER TABLE ${change.table} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID;`,
          ...context.catalog.leaves(change.table).map((leaf) => `ALTER TABLE ${leaf} VALIDATE CONSTRAINT ${name};`),
          `ALTER TABLE ${change.table} VALIDATE CONSTRAINT ${name};`,
          ...(isCheck
            ? []
            : [
                `ALTER TABLE ${change.table} ALTER COLUMN ${quoteIdentifier(change.column)} SET NOT NULL;`,
                `ALTER TABLE ${change.table} DROP CONSTRAINT ${name};`,
              ]),
        ].join('\n'),
      },
    };
  },
  setup: `CREATE TABLE events (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
    CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01'); CREATE TABLE orders (id bigint);`,
  bad: [
    { sql: 'ALTER TABLE events ALTER COLUMN id SET NOT NULL;' },
    { sql: 'ALTER TABLE events ADD CONSTRAINT id_positive CHECK (id > 0);' },
  ],
  good: [
    { sql: 'ALTER TABLE events ADD CONSTRAINT id_set CHECK (id IS NOT NULL) NOT VALID;' },
    { setup: 'ALTER TABLE events ADD CONSTRAINT id_set CHECK (id IS NOT NULL);', sql: 'ALTER TABLE events ALTER COLUMN id SET NOT NULL;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN id SET NOT NULL;' },
  ],
});
