import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'compatibility',
  severity: 'low',
  title: 'Unique constraint is renamed',
  why: 'INSERT … ON CONFLICT ON CONSTRAINT and error handling of code know the constraint by its name.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['renameConstraint'],
  check({ table, constraint: name }, context) {
    const constraint = context.catalog.constraint(table, name);
    if (constraint && !constraint.index) return null;
    return {
      relation: table,
      needs: constraint ? ['applicationCode'] : ['applicationCode', 'schema'],
      why: `Inserts into ${shown(table)} with ON CONFLICT ON CONSTRAINT ${name} fail from the moment of the migration.`,
      fix: { summary: 'Let code name the columns instead (ON CONFLICT (…)) and deploy that first; or keep the name.', sql: null },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, code text CONSTRAINT code_unique UNIQUE, weight integer CONSTRAINT heavy CHECK (weight > 0));',
  bad: [{ sql: 'ALTER TABLE orders RENAME CONSTRAINT code_unique TO orders_code_key;' }],
  good: [{ sql: 'ALTER TABLE orders RENAME CONSTRAINT heavy TO orders_weight_check;' }],
});
