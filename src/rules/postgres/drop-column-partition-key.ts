import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'A column of the partition key can be neither dropped nor given another type',
  why: 'PostgreSQL refuses both (42P16): the partitions are cut by that column.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['dropColumn', 'alterColumnType'],
  check({ table, column }, context) {
    if (!context.relation(table)?.partitionBy?.columns.includes(column)) return null;
    return {
      relation: table,
      why: `The migration stops here: ${shown(table)} is partitioned by ${column}.`,
      fix: {
        summary:
          'Make a new partitioned table with the shape you want, copy the rows in batches while a trigger keeps both in step, then swap the names.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE events (id bigint, day date, note varchar(10)) PARTITION BY RANGE (day);',
  bad: [
    { sql: 'ALTER TABLE events DROP COLUMN day;', fails: '42P16' },
    { sql: 'ALTER TABLE events ALTER COLUMN day TYPE timestamptz;', fails: '42P16' },
  ],
  good: [{ sql: 'ALTER TABLE events DROP COLUMN note;' }, { sql: 'ALTER TABLE events ALTER COLUMN note TYPE text;' }],
});
