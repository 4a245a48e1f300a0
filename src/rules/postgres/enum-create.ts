import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { bareName, quoteLiteral } from '../support/statement-text.js';

export default defineRule({
  category: 'design',
  severity: 'low',
  title: 'Enum type: values can be added, never removed',
  why: 'Taking a value away or reordering needs a new type and a rewrite of every table that uses it.',
  source: 'https://www.postgresql.org/docs/current/datatype-enum.html',
  quiet: true,
  evenWhenNew: true,
  on: ['createEnum'],
  check(change) {
    const table =
      change.type.slice(0, change.type.length - quoteIdentifier(bareName(change.type)).length) +
      quoteIdentifier(`${bareName(change.type)}_values`);
    return {
      why: `A value of ${change.type} that is no longer wanted stays.`,
      fix: {
        summary: 'A lookup table with a foreign key changes with plain INSERT and DELETE.',
        sql: `CREATE TABLE ${table} (value text PRIMARY KEY);${change.values.length > 0 ? `\nINSERT INTO ${table} (value) VALUES ${change.values.map((value) => `(${quoteLiteral(value)})`).join(', ')};` : ''}`,
      },
    };
  },
  bad: [{ sql: "CREATE TYPE mood AS ENUM ('good', 'bad');" }],
  good: [{ sql: 'CREATE TABLE moods (value text PRIMARY KEY);' }],
});
