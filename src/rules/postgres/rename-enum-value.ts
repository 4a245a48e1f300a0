import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';
import { quoteLiteral } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Enum value is renamed under running code',
  why: 'Every row shows the new value at once: code that writes or compares with the old one fails (22P02), and code that reads it meets a value it does not know.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['renameEnumValue'],
  check({ type, value, to }, context) {
    if (context.catalog.types.get(type)?.origin.judged) return null;
    return {
      needs: ['applicationCode'],
      why: `Statements that still say ${quoteLiteral(value)} for ${shown(type)} fail from the moment of the migration until all code is replaced.`,
      fix: {
        summary:
          'Add the new value, deploy code that understands both, then rewrite the rows in batches; the old value stays in the type, unused.',
        sql: script(`ALTER TYPE ${type} ADD VALUE ${quoteLiteral(to)}`),
      },
    };
  },
  setup: "CREATE TYPE mood AS ENUM ('sad', 'glad');",
  bad: [{ sql: "ALTER TYPE mood RENAME VALUE 'glad' TO 'happy';" }],
  good: [{ sql: "ALTER TYPE mood ADD VALUE 'happy';", transaction: 'none' }],
});
