import { defineRule } from '../rule.js';
import { quoteLiteral, withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'style',
  severity: 'low',
  title: 'Enum value added without saying where',
  why: 'Without BEFORE or AFTER the value sorts last, which ORDER BY and comparisons then show.',
  source: 'https://www.postgresql.org/docs/current/sql-altertype.html',
  quiet: true,
  evenWhenNew: true,
  on: ['addEnumValue'],
  check(change, context) {
    if (change.ordered) return null;
    const last = context.catalog.types.get(change.type)?.values.at(-1);
    return {
      why: `${change.value} sorts after ${last ?? 'every other value'} of ${change.type}.`,
      fix: {
        summary: 'Say where the value belongs.',
        sql: last ? `${withoutSemicolon(context.statement.sql)} AFTER ${quoteLiteral(last)};` : null,
      },
    };
  },
  setup: "CREATE TYPE mood AS ENUM ('good', 'bad');",
  bad: [{ sql: "ALTER TYPE mood ADD VALUE 'meh';" }],
  good: [{ sql: "ALTER TYPE mood ADD VALUE 'meh' AFTER 'good';" }],
});
