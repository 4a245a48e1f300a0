import { defineRule } from '../rule.js';
import { keyBuiltOnline } from '../support/index-sql.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Foreign key references columns that are not unique',
  why: 'PostgreSQL refuses (42830) unless a primary key, or a unique constraint or index without a predicate, covers exactly those columns.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    const { references } = constraint;
    if (!references || context.effects.error?.code !== '42830') return null;
    const unique = {
      ...constraint,
      kind: 'unique' as const,
      name: null,
      columns: references.columns,
      include: [],
      deferrable: false,
      initiallyDeferred: false,
    };
    return {
      relation: table,
      why: `The migration stops here: ${references.columns.join(', ') || 'the primary key'} of ${shown(references.table)} ${references.columns.length > 1 ? 'are' : 'is'} not unique by itself.`,
      fix: {
        summary: 'Make the referenced columns unique first: build the index concurrently, then the constraint, then the key.',
        sql: references.columns.length > 0 ? script(keyBuiltOnline(context, references.table, unique), ownSql(context)) : null,
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY, code text); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, code text);',
  bad: [{ sql: 'ALTER TABLE orders ADD FOREIGN KEY (code) REFERENCES customers (code) NOT VALID;', fails: '42830' }],
  good: [{ sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' }],
});
