import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { newColumnOfType, newColumnSummary, typeBefore } from '../support/type-change.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Change to or from an enum rewrites the table',
  why: 'Replacing an enum to take a value away, or turning text into one, writes every row and index anew under ACCESS EXCLUSIVE; a value that the new type lacks makes it fail (22P02).',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['values'],
  supersedes: ['alter-type-rewrite', 'alter-type-using-expression'],
  on: ['alterColumnType'],
  check(change, context) {
    const from = typeBefore(change, context);
    const isEnum = (type: string | null): boolean => type !== null && context.catalog.types.get(type)?.kind === 'enum';
    if (!(isEnum(from) || isEnum(change.type)) || context.effects.rewrites.length === 0 || context.effects.error) return null;
    return {
      relation: change.table,
      needs: isEnum(change.type) ? ['values'] : [],
      why: `Every read and write of ${shown(change.table)} waits while all its rows are written anew as ${shown(change.type)}${isEnum(change.type) ? ', and one value that it lacks stops the migration' : ''}.`,
      fix: {
        summary: `Leave an unused value in the enum: it costs nothing. Where the type must change: ${newColumnSummary}`,
        sql: newColumnOfType(change, context),
      },
    };
  },
  setup:
    "CREATE TYPE mood AS ENUM ('sad', 'glad', 'none'); CREATE TYPE mood_next AS ENUM ('sad', 'glad'); CREATE TABLE orders (id bigint PRIMARY KEY, mood mood, note text);",
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN mood TYPE mood_next USING mood::text::mood_next;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN note TYPE mood USING note::mood;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN mood TYPE text;' },
  ],
  good: [{ sql: "ALTER TYPE mood ADD VALUE 'angry';", transaction: 'none' }, { sql: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar;' }],
});
