import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'information',
  severity: 'low',
  title: 'Index parameter changed: nothing waits, old pages stay as they are',
  why: 'ALTER INDEX SET takes a SHARE UPDATE EXCLUSIVE lock, which only other schema changes and VACUUM feel. A new fillfactor counts for new pages only.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: ['setStorageParameters'],
  check(change, context) {
    const index = context.catalog.indexes.get(change.relation);
    if (!change.onIndex && !index) return null;
    return {
      relation: index?.table,
      why: `Traffic on ${index?.table ?? 'the table'} goes on; pages that exist keep their filling until the index is rebuilt.`,
      fix: {
        summary: 'Rebuild the index concurrently where the old pages matter.',
        sql: `${statementText(context)}\nREINDEX INDEX CONCURRENTLY ${change.relation};`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, code text); CREATE INDEX orders_code ON orders (code);',
  bad: [{ sql: 'ALTER INDEX orders_code SET (fillfactor = 70);' }],
  good: [{ sql: 'ALTER TABLE orders SET (fillfactor = 70);' }],
});
