import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'WITHOUT OVERLAPS or PERIOD closes the table while it is built',
  why: 'A temporal key builds a GiST index under ACCESS EXCLUSIVE and cannot use one that is there; a PERIOD foreign key reads every row while writes wait.',
  source: 'measured: PostgreSQL 18',
  sizeMatters: true,
  supersedes: ['add-unique', 'add-pk', 'add-fk'],
  needs: ['values'],
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    if (!constraint.temporal || constraint.notValid || context.effects.error) return null;
    const isKey = constraint.kind !== 'foreignKey';
    return {
      relation: table,
      needs: ['values'],
      why: `${isKey ? `Every read and write of ${shown(table)} waits until the index is built` : `Every write to ${shown(table)} waits until all rows are checked`}; one overlap or gap stops the migration.`,
      fix: {
        summary: isKey
          ? 'Make a new table with the key, copy rows in batches while a trigger keeps both in step, and swap the names.'
          : 'Add the foreign key NOT VALID, then validate it in a transaction of its own.',
        sql: null,
      },
    };
  },
  setup: 'CREATE TABLE prices (id int4range NOT NULL, during tsrange NOT NULL);',
  bad: [{ sql: 'ALTER TABLE prices ADD CONSTRAINT prices_key PRIMARY KEY (id, during WITHOUT OVERLAPS);', versions: [18, 18] }],
  good: [{ sql: 'CREATE TABLE rates (id int4range, during tsrange, PRIMARY KEY (id, during WITHOUT OVERLAPS));', versions: [18, 18] }],
});
