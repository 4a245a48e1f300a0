import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'DROP CONSTRAINT CASCADE drops foreign keys of other tables',
  why: 'Every foreign key that relies on the key goes without being named; rows of those tables are no longer checked.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['drop-constraint', 'drop-primary-key'],
  on: ['dropConstraint'],
  check({ table, constraint: name, cascade }, context) {
    const constraint = context.catalog.constraint(table, name);
    if (!cascade || (constraint && !constraint.index)) return null;
    const keys = context.catalog
      .foreignKeysTo(table)
      .filter(({ constraint: key }) => !constraint || key.references?.columns.join() === constraint.columns.join());
    if (constraint && keys.length === 0) return null;
    const lost = keys.map(({ table: holder, constraint: key }) => `${key.name} of ${shown(holder)}`);
    return {
      relation: table,
      destructive: true,
      needs: constraint ? [] : ['schema'],
      why: `${lost.length > 0 ? `${listed(lost)} ${lost.length === 1 ? 'goes' : 'go'} with it` : 'Whatever relies on it goes with it, unnamed'}: wrong references are accepted from then on, and all these tables are closed to reads and writes until the transaction ends.`,
      fix: {
        summary: 'Drop each foreign key by name, in a transaction of its own, then the key without CASCADE.',
        sql: constraint
          ? script(
              keys.map(({ table: holder, constraint: key }) => `ALTER TABLE ${holder} DROP CONSTRAINT ${quoteIdentifier(key.name)}`),
              ownSql(context).replace(/\s+CASCADE\s*$/i, ''),
            )
          : null,
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY, code text CONSTRAINT code_unique UNIQUE); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));',
  bad: [{ sql: 'ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE;' }],
  good: [
    { sql: 'ALTER TABLE customers DROP CONSTRAINT code_unique CASCADE;' },
    { sql: 'ALTER TABLE customers DROP CONSTRAINT code_unique;' },
  ],
});
