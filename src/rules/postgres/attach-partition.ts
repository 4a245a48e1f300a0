import { defineRule } from '../rule.js';
import { boundCondition } from '../support/partition-bound.js';
import { bareName, statementText } from '../support/statement-text.js';
import { quoteIdentifier } from '../../core/names.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'ATTACH PARTITION reads the whole partition while it is locked',
  why: 'Without a valid CHECK that says the same as the bound, PostgreSQL reads every row of the new partition under an ACCESS EXCLUSIVE lock on it.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['attachPartition'],
  check(change, context) {
    if (context.effects.error || !context.effects.scans.includes(change.partition)) return null;
    const condition = boundCondition(context, change.table, change.bound);
    const name = quoteIdentifier(`${bareName(change.partition)}_bound`);
    return {
      relation: change.partition,
      why: `Reads and writes of ${change.partition} wait until every row of it is checked against the bound.`,
      fix: {
        summary: 'Prove the bound beforehand with a CHECK that is validated beside the traffic, attach, then drop the CHECK.',
        sql:
          condition &&
          [
            `ALTER TABLE ${change.partition} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID;`,
            `ALTER TABLE ${change.partition} VALIDATE CONSTRAINT ${name};`,
            statementText(context),
            `ALTER TABLE ${change.partition} DROP CONSTRAINT ${name};`,
          ].join('\n'),
      },
    };
  },
  setup: `CREATE TABLE events (id bigint NOT NULL, day date NOT NULL) PARTITION BY RANGE (day); CREATE TABLE events_2024 (id bigint NOT NULL, day date NOT NULL);`,
  bad: [{ sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');" }],
  good: [
    {
      setup: "ALTER TABLE events_2024 ADD CONSTRAINT bound CHECK (day >= '2024-01-01' AND day < '2025-01-01');",
      sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    },
    {
      sql: "CREATE TABLE fresh (id bigint NOT NULL, day date NOT NULL); ALTER TABLE events ATTACH PARTITION fresh FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
    },
  ],
});
