import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { boundCondition } from '../support/partition-bound.js';
import { bareName, listed, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'A new partition reads the whole DEFAULT partition while it is locked',
  why: 'Rows of the new bound might lie in the DEFAULT partition: it is locked with ACCESS EXCLUSIVE and read in full, unless a valid CHECK on it excludes the bound.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['attachPartition', 'createTable'],
  check(change, context) {
    const parent = change.kind === 'attachPartition' ? change.table : change.partitionOf?.parent;
    const bound = change.kind === 'attachPartition' ? change.bound : change.partitionOf?.bound;
    const existing = parent ? context.catalog.defaultPartition(parent) : undefined;
    if (!parent || !bound || !existing || context.effects.error) return null;
    const scanned = context.catalog.leaves(existing).filter((leaf) => context.effects.scans.includes(leaf));
    if (scanned.length === 0) return null;
    const condition = boundCondition(context, parent, bound, true);
    const name = quoteIdentifier(`${bareName(change.kind === 'attachPartition' ? change.partition : change.table)}_elsewhere`);
    return {
      relation: existing,
      why: `Reads and writes of ${listed(scanned)}, and so of ${parent}, wait until every row there is checked.`,
      fix: {
        summary:
          'Exclude the bound beforehand with a CHECK on the DEFAULT partition that is validated beside the traffic; drop it afterwards.',
        sql:
          condition &&
          [
            `ALTER TABLE ${existing} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID;`,
            `ALTER TABLE ${existing} VALIDATE CONSTRAINT ${name};`,
            statementText(context),
            `ALTER TABLE ${existing} DROP CONSTRAINT ${name};`,
          ].join('\n'),
      },
    };
  },
  setup:
    'CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day); CREATE TABLE events_2024 (id bigint NOT NULL, day date NOT NULL);',
  bad: [
    {
      setup: 'CREATE TABLE events_rest PARTITION OF events DEFAULT;',
      sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    },
    {
      setup: 'CREATE TABLE events_rest PARTITION OF events DEFAULT;',
      sql: "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
    },
  ],
  good: [{ sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');" }],
});
