import { defineRule } from '../rule.js';
import { firstBatch } from '../support/row-batch.js';

export default defineRule({
  category: 'rows',
  severity: 'low',
  title: 'Whole table copied in one INSERT … SELECT',
  why: 'One long transaction keeps VACUUM back, makes replicas fall behind, and starts over from nothing when it fails.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['insert'],
  check(change, context) {
    const source = change.query.relations.find((relation) => !context.isNew(relation));
    if (change.valuesRows > 0 || !source || change.query.hasWhere || change.query.hasLimit || context.effects.error) return null;
    return {
      relation: source,
      severity: context.facts ? 'medium' : 'low',
      why: `All of ${source} is read and written to ${change.table} in one transaction.`,
      fix: {
        summary: 'Copy in batches along the primary key, each in a transaction of its own.',
        sql: change.query.relations.length === 1 ? firstBatch(context, source, 'keep') : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text); CREATE TABLE archive (id bigint, code text);',
  bad: [{ sql: 'INSERT INTO archive (id, code) SELECT id, code FROM orders;' }],
  good: [
    { sql: 'INSERT INTO archive (id, code) SELECT id, code FROM orders WHERE id BETWEEN 1 AND 1000;' },
    { sql: "INSERT INTO archive (id, code) VALUES (1, 'a'), (2, 'b');" },
  ],
});
