import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { listed } from '../support/statement-text.js';
import { newColumnOfType, newColumnSummary } from '../support/type-change.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Change of type of a referenced key locks every referencing table',
  why: 'Each foreign key on the column is made anew and checked: ACCESS EXCLUSIVE on every table that holds one.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['alter-type-rewrite'],
  on: ['alterColumnType'],
  check(change, context) {
    const { table, column } = change;
    const holders = context.catalog
      .foreignKeysTo(table)
      .filter(({ constraint }) => constraint.references?.columns.includes(column))
      .map((key) => shown(key.table));
    if (holders.length === 0 || context.effects.error) return null;
    return {
      relation: table,
      why: `Every read and write of ${listed([...new Set([shown(table), ...holders])])} waits until ${shown(table)} is changed and all their foreign keys are checked.`,
      fix: {
        summary: `${newColumnSummary} Do the same for the columns that reference it; move the keys over at the end.`,
        sql: newColumnOfType(change, context),
      },
    };
  },
  setup:
    'CREATE TABLE customers (id integer PRIMARY KEY, age integer); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer REFERENCES customers (id));',
  bad: [{ sql: 'ALTER TABLE customers ALTER COLUMN id TYPE bigint;' }],
  good: [{ sql: 'ALTER TABLE customers ALTER COLUMN age TYPE bigint;' }],
});
