import { defineRule } from '../rule.js';
import { keyText } from '../../sql/postgres/write/index-text.js';

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Index that another one already covers',
  why: 'An index whose columns begin another index answers no further query, but every write has to keep it up.',
  source: 'https://www.postgresql.org/docs/current/indexes-multicolumn.html',
  evenWhenNew: true,
  on: ['createIndex'],
  check(change, context) {
    const { index } = change;
    if (index.predicate || index.method !== 'btree' || context.effects.error) return null;
    const wanted = index.keys.map(keyText);
    const covering = context.catalog.indexesOf(index.table).find((other) => {
      if (
        other.method !== 'btree' ||
        other.predicate ||
        !other.valid ||
        (index.unique && (!other.unique || other.keys.length !== index.keys.length))
      )
        return false;
      return (
        wanted.every((key, position) => other.keys[position] !== undefined && keyText(other.keys[position]) === key) &&
        index.include.every((column) => other.include.includes(column))
      );
    });
    if (!covering) return null;
    return {
      relation: index.table,
      why: `${covering.name} begins with the same columns: the new index speeds up no query on ${index.table} and slows every write to it.`,
      fix: { summary: `Leave the index out: ${covering.name} serves the same queries.`, sql: null },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, placed_at timestamptz); CREATE INDEX orders_customer_placed ON orders (customer_id, placed_at);',
  bad: [
    { sql: 'CREATE INDEX CONCURRENTLY orders_customer ON orders (customer_id);', transaction: 'none' },
    { sql: 'CREATE INDEX orders_id ON orders (id);' },
  ],
  good: [
    { sql: 'CREATE INDEX CONCURRENTLY orders_placed ON orders (placed_at);', transaction: 'none' },
    { sql: 'CREATE UNIQUE INDEX orders_customer ON orders (customer_id);' },
    { sql: 'CREATE INDEX orders_customer ON orders (customer_id) WHERE placed_at IS NULL;' },
    { sql: 'CREATE INDEX orders_customer ON orders (customer_id DESC);' },
  ],
});
