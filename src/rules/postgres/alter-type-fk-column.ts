import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { hasLockTimeout } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { newColumnOfType, newColumnSummary } from '../support/type-change.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'Change of type of a foreign key column locks the referenced table too',
  why: 'The key is made anew: ACCESS EXCLUSIVE on both tables, and where the table is rewritten every row is checked again before either is free.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['alter-type-rewrite'],
  on: ['alterColumnType'],
  check(change, context) {
    const { table, column } = change;
    const key = context.catalog.foreignKeysFrom(table).find(({ constraint }) => constraint.columns.includes(column))?.constraint;
    const parent = key?.references?.table;
    if (!key || !parent || parent === table || context.effects.error) return null;
    const isRewritten = context.effects.rewrites.length > 0;
    if (!isRewritten && hasLockTimeout(context)) return null;
    const steps = [
      `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(key.name)}`,
      ownSql(context),
      ...validatedLater(context, table, key),
    ];
    return {
      relation: parent,
      severity: isRewritten ? 'high' : 'medium',
      why: `Every read and write of ${shown(parent)}, not only of ${shown(table)}, waits until ${key.name} is made anew${isRewritten ? ' and all rows are checked' : ''}.`,
      fix: isRewritten
        ? {
            summary: `${newColumnSummary} Give the new column its own foreign key, NOT VALID first.`,
            sql: newColumnOfType(change, context),
          }
        : {
            summary:
              'Drop the key, change the type, add the key NOT VALID and validate it, each in a transaction of its own under a lock_timeout.',
            sql: script("SET lock_timeout = '2s'", steps, 'RESET lock_timeout'),
          },
    };
  },
  setup:
    'CREATE TABLE shops (code varchar(10) PRIMARY KEY); CREATE TABLE customers (id integer PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer REFERENCES customers (id), shop varchar(10) REFERENCES shops (code), amount integer);',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint;' }, { sql: 'ALTER TABLE orders ALTER COLUMN shop TYPE text;' }],
  good: [{ sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE bigint;' }],
});
