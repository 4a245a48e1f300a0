import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { newColumnOfType, newColumnSummary, typeBefore } from '../support/type-change.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'varchar[] to text[] rewrites, although varchar to text does not',
  why: 'Arrays carry the type of their elements in each value, so the table is written anew under ACCESS EXCLUSIVE. varchar(n)[] to varchar[] is free.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['alter-type-rewrite'],
  on: ['alterColumnType'],
  check(change, context) {
    const from = typeBefore(change, context);
    if (!from?.endsWith('[]') || !change.type.endsWith('[]') || context.effects.rewrites.length === 0 || context.effects.error) return null;
    return {
      relation: change.table,
      why: `Every read and write of ${shown(change.table)} waits while all its rows and indexes are written anew from ${from} to ${change.type}.`,
      fix: { summary: newColumnSummary, sql: newColumnOfType(change, context) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, tags varchar(20)[]);',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN tags TYPE text[];' }],
  good: [{ sql: 'ALTER TABLE orders ALTER COLUMN tags TYPE varchar[];' }],
});
