import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';
import { valuesInFirstRow } from '../support/values-count.js';

export default defineRule({
  category: 'compatibility',
  severity: 'low',
  title: 'INSERT without a list of columns',
  why: 'Values are taken in the order of the columns, which differs between databases with another history; a new column in front shifts them.',
  source: 'https://www.postgresql.org/docs/current/sql-insert.html',
  on: ['insert'],
  check(change, context) {
    const sql = statementText(context);
    if (change.columns !== null || /\bDEFAULT\s+VALUES\b/i.test(sql) || context.effects.error) return null;
    const relation = context.relation(change.table);
    const count = valuesInFirstRow(sql);
    const columns = [...(relation?.columns.keys() ?? [])].slice(0, count ?? 0).map(quoteIdentifier);
    const written = /^(\s*INSERT\s+INTO\s+(?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)\s/i;
    return {
      relation: change.table,
      why: `The values land in the wrong columns of ${change.table}, or the statement fails, wherever the columns stand in another order.`,
      fix: {
        summary: 'Name the columns.',
        sql:
          relation?.known && count !== null && columns.length === count && written.test(sql)
            ? sql.replace(written, `$1 (${columns.join(', ')}) `)
            : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [{ sql: "INSERT INTO orders VALUES (1, 'a, (b');" }],
  good: [
    { sql: "INSERT INTO orders (id, code) VALUES (1, 'a');" },
    { sql: 'CREATE TABLE fresh (id int DEFAULT 1); INSERT INTO fresh DEFAULT VALUES;' },
  ],
});
