import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';
import { typeBefore } from '../support/type-change.js';

const textual = /^(text|character)/;
const automatic = /^(text|character|name$|"char"$|citext$|public\.citext$)/;

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Default cannot be cast to the new type',
  why: 'USING converts the rows, not the default: PostgreSQL refuses (42804) when the default has no automatic cast to the new type.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['alterColumnType'],
  check({ table, column, type, using }, context) {
    const existing = context.catalog.column(table, column);
    const from = typeBefore({ kind: 'alterColumnType', table, column, type, using, collation: null }, context);
    const siblings = context.statement.changes;
    if (!existing?.default || !using || !from || !textual.test(from) || automatic.test(type)) return null;
    if (existing.default.literal === null || siblings.some((change) => change.kind === 'dropDefault' && change.column === column))
      return null;
    const name = quoteIdentifier(column);
    return {
      relation: table,
      why: `The migration stops here: the default ${existing.default.sql} of ${column} in ${shown(table)} cannot become ${type} by itself.`,
      fix: {
        summary: 'Drop the default, change the type and set the default anew, all in one ALTER TABLE. It still rewrites the table.',
        sql: script(
          `ALTER TABLE ${table} ALTER COLUMN ${name} DROP DEFAULT, ALTER COLUMN ${name} TYPE ${type} USING ${using.sql}, ALTER COLUMN ${name} SET DEFAULT ${typeof existing.default.literal === 'string' ? `'${existing.default.literal.replaceAll("'", "''")}'` : existing.default.sql}`,
        ),
      },
    };
  },
  setup: "CREATE TABLE orders (id bigint PRIMARY KEY, amount text DEFAULT '0', note text);",
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN amount TYPE integer USING amount::integer;', fails: '42804' }],
  good: [
    {
      sql: 'ALTER TABLE orders ALTER COLUMN amount DROP DEFAULT, ALTER COLUMN amount TYPE integer USING amount::integer, ALTER COLUMN amount SET DEFAULT 0;',
    },
    { sql: 'ALTER TABLE orders ALTER COLUMN note TYPE integer USING note::integer;' },
  ],
});
