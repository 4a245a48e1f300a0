import { defineRule } from '../rule.js';
import { statementText, withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'rows',
  severity: 'medium',
  title: 'Every row locked by SELECT … FOR UPDATE',
  why: 'Row locks are held until commit and written to every page: updates of the application wait, and the table is written once over.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['select'],
  check(change, context) {
    const table = change.query.lockedRelations[0];
    if (!table || change.query.hasWhere || change.query.hasLimit || context.effects.error) return null;
    const sql = withoutSemicolon(statementText(context));
    return {
      relation: table,
      why: `Updates and deletes of ${table} wait until the migration commits.`,
      fix: {
        summary: 'Lock a batch at a time, skip what others hold, and commit between.',
        sql: /\bFOR\s+(NO\s+KEY\s+)?UPDATE\b[^)]*$/i.test(sql)
          ? sql.replace(
              /\bFOR\s+(NO\s+KEY\s+)?UPDATE\b[^)]*$/i,
              (mode) => `LIMIT 1000 ${mode.trim().replace(/\s+(NOWAIT|SKIP\s+LOCKED)$/i, '')} SKIP LOCKED;`,
            )
          : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'SELECT id FROM orders FOR UPDATE;' }],
  good: [
    { sql: 'SELECT id FROM orders WHERE id < 1000 FOR UPDATE SKIP LOCKED;' },
    { sql: 'SELECT id FROM orders LIMIT 10 FOR UPDATE;' },
    { sql: 'SELECT id FROM orders;' },
  ],
});
