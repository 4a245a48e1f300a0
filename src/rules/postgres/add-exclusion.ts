import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'EXCLUDE builds its index under ACCESS EXCLUSIVE',
  why: 'There is neither NOT VALID nor USING INDEX for an exclusion constraint: the table is closed until its index is built and every pair of rows passes.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['values'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (constraint.kind !== 'exclusion' || context.effects.error) return null;
    return {
      relation: table,
      needs: ['values'],
      why: `Every read and write of ${shown(table)} waits until the index is built; one overlap stops the migration.`,
      fix: {
        summary:
          'Where the table is large: make a new table with the constraint, copy rows in batches while a trigger keeps both in step, and swap the names. Otherwise do it in a maintenance window under a lock_timeout.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE bookings (id bigint PRIMARY KEY, during tsrange);',
  bad: [{ sql: 'ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);' }],
  good: [
    { sql: 'CREATE TABLE stays (during tsrange, EXCLUDE USING gist (during WITH &&));' },
    { sql: 'CREATE INDEX CONCURRENTLY bookings_during_idx ON bookings USING gist (during);', transaction: 'none' },
  ],
});
