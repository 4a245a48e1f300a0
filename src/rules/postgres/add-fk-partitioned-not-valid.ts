import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'NOT VALID foreign key on a partitioned table is refused before PostgreSQL 18',
  why: 'The usual safe form fails there (42809): the key has to be made and validated on each partition first.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (
      constraint.kind !== 'foreignKey' ||
      !constraint.notValid ||
      context.version >= 18 ||
      context.relation(table)?.kind !== 'partitionedTable'
    )
      return null;
    return {
      relation: table,
      why: `The migration stops here: ${shown(table)} is partitioned.`,
      fix: {
        summary: 'Add the key NOT VALID to each partition and validate it there; the key on the parent then takes them over.',
        sql: script(validatedLater(context, table, constraint)),
      },
    };
  },
  setup: `CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE events (customer_id bigint, day date) PARTITION BY RANGE (day);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');`,
  bad: [
    {
      sql: 'ALTER TABLE events ADD CONSTRAINT events_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;',
      versions: [14, 17],
      fails: '42809',
    },
  ],
  good: [
    {
      sql: 'ALTER TABLE events ADD CONSTRAINT events_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;',
      versions: [18, 18],
    },
    { sql: 'ALTER TABLE events_2024 ADD CONSTRAINT events_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' },
  ],
});
