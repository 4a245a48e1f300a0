import { defineRule } from '../rule.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'TRUNCATE CASCADE empties the tables that reference this one',
  why: 'CASCADE truncates every table with a foreign key to the named ones, and those that reference them in turn, whether the keys hold rows or not.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['truncate'],
  on: ['truncate'],
  check(change, context) {
    if (!change.cascade || change.tables.every((table) => context.isNew(table))) return null;
    const emptied = new Set(change.tables);
    for (const table of emptied) for (const { table: referencing } of context.catalog.foreignKeysTo(table)) emptied.add(referencing);
    const others = [...emptied].filter((table) => !change.tables.includes(table));
    const isKnown = context.catalog.complete || change.tables.every((table) => context.relation(table)?.known);
    if (others.length === 0 && isKnown) return null;
    return {
      relation: change.tables.find((table) => !context.isNew(table)),
      destructive: true,
      needs: isKnown ? [] : ['schema'],
      why:
        others.length > 0
          ? `Besides ${listed(change.tables)}, every row of ${listed(others)} is gone.`
          : `Every table that references ${listed(change.tables)} is emptied as well; which ones, this schema does not tell.`,
      fix: {
        summary: 'Name the tables that are to be emptied, so that no other is.',
        sql: others.length > 0 ? `TRUNCATE ${[...emptied].join(', ')};` : null,
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);',
  bad: [{ sql: 'TRUNCATE customers CASCADE;' }],
  good: [{ sql: 'TRUNCATE customers, orders;' }, { sql: 'TRUNCATE orders CASCADE;' }],
});
