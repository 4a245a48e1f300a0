import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

const actions = { noAction: null, restrict: 'RESTRICT', cascade: 'CASCADE', setNull: 'SET NULL', setDefault: 'SET DEFAULT' } as const;

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'ATTACH PARTITION checks a foreign key under its lock',
  why: 'A foreign key of the partitioned table that the new partition lacks is added and checked row by row, with writes to the referenced table locked out.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['attachPartition'],
  check(change, context) {
    if (context.effects.error) return null;
    const own = context.catalog.foreignKeysFrom(change.partition);
    const missing = context.catalog
      .foreignKeysFrom(change.table)
      .filter(
        ({ constraint }) =>
          !own.some(
            (other) =>
              other.constraint.references?.table === constraint.references?.table &&
              other.constraint.columns.join() === constraint.columns.join(),
          ),
      );
    const first = missing[0]?.constraint;
    if (!first) return null;
    const statements = missing.flatMap(({ constraint }) => {
      const { references } = constraint;
      if (!references) return [];
      const columns = references.columns.length > 0 ? ` (${references.columns.map(quoteIdentifier).join(', ')})` : '';
      const onDelete = actions[references.onDelete] ? ` ON DELETE ${actions[references.onDelete]}` : '';
      const onUpdate = actions[references.onUpdate] ? ` ON UPDATE ${actions[references.onUpdate]}` : '';
      const name = quoteIdentifier(constraint.name);
      return [
        `ALTER TABLE ${change.partition} ADD CONSTRAINT ${name} FOREIGN KEY (${constraint.columns.map(quoteIdentifier).join(', ')}) REFERENCES ${references.table}${columns}${onDelete}${onUpdate} NOT VALID;`,
        `ALTER TABLE ${change.partition} VALIDATE CONSTRAINT ${name};`,
      ];
    });
    return {
      relation: change.partition,
      why: `Reads and writes of ${change.partition}, and writes to ${first.references?.table}, wait until every row is checked against ${first.name}.`,
      fix: {
        summary: 'Give the partition the same foreign key first, NOT VALID and then validated, and attach it afterwards.',
        sql: [...statements, statementText(context)].join('\n'),
      },
    };
  },
  setup: `CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE events (id bigint, day date NOT NULL, customer_id bigint REFERENCES customers) PARTITION BY RANGE (day);
    CREATE TABLE events_2024 (id bigint, day date NOT NULL, customer_id bigint);`,
  bad: [{ sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');" }],
  good: [
    {
      setup: 'ALTER TABLE events_2024 ADD FOREIGN KEY (customer_id) REFERENCES customers;',
      sql: "ALTER TABLE events ATTACH PARTITION events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    },
  ],
});
