import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

const better: [RegExp, string, string][] = [
  [/^character\(\d+\)$|^character$/, 'text', 'char(n) pads with blanks'],
  [
    /^timestamp(\(\d\))? without time zone$/,
    'timestamp with time zone',
    'a timestamp without time zone means another moment in each session',
  ],
  [/^money$/, 'numeric', 'money depends on lc_monetary'],
  [/^character varying\(\d+\)$/, 'text', 'a longer limit later is a change of type'],
];

export default defineRule({
  category: 'style',
  severity: 'low',
  title: 'A type that is often regretted',
  why: 'char(n), timestamp without time zone, money and varchar(n) cost a change of type once they turn out to be wrong.',
  source: "PostgreSQL wiki: Don't Do This",
  quiet: true,
  on: ['addColumn'],
  check({ table, definition }) {
    const found = better.find(([pattern]) => pattern.test(definition.type));
    if (!found) return null;
    return {
      relation: table,
      why: `${definition.name} of ${shown(table)} is ${definition.type}: ${found[2]}.`,
      fix: { summary: `Use ${found[1]}.`, sql: script(`ALTER TABLE ${table} ADD COLUMN ${quoteIdentifier(definition.name)} ${found[1]}`) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN code char(10);' }, { sql: 'ALTER TABLE orders ADD COLUMN paid_at timestamp;' }],
  good: [{ sql: 'ALTER TABLE orders ADD COLUMN code text;' }, { sql: 'ALTER TABLE orders ADD COLUMN paid_at timestamptz;' }],
});
