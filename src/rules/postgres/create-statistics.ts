import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Extended statistics: empty until the next ANALYZE',
  why: 'CREATE STATISTICS takes a SHARE UPDATE EXCLUSIVE lock, which traffic does not feel, and waits behind VACUUM and index builds.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['createStatistics'],
  check(change, context) {
    if (!change.table) return null;
    const analysed = context.after.some((statement) =>
      statement.changes.some(
        (later) => later.kind === 'analyze' && (later.tables.length === 0 || later.tables.includes(change.table ?? '')),
      ),
    );
    if (analysed) return null;
    return {
      relation: change.table,
      why: `Queries on ${change.table} are planned as before until the table is analysed.`,
      fix: { summary: 'Analyse the table afterwards.', sql: `${statementText(context)}\nANALYZE ${change.table};` },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, city text, zip text);',
  bad: [{ sql: 'CREATE STATISTICS orders_place ON city, zip FROM orders;' }],
  good: [{ sql: 'CREATE STATISTICS orders_place ON city, zip FROM orders; ANALYZE orders;' }],
});
