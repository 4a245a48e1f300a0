import { defineRule } from '../rule.js';
import { withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'CREATE OR REPLACE VIEW may only add columns at the end',
  why: 'A replaced view must keep its columns with their names, order and types; anything else fails with 42P16.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['replace-view-lock'],
  on: ['createView'],
  check(change, context) {
    const existing = context.relation(change.view);
    if (
      !change.replace ||
      existing?.kind !== 'view' ||
      existing.selectStar ||
      change.query.selectStar ||
      change.columns.some((column) => column === null || column === '*')
    )
      return null;
    const before = [...existing.columns.keys()];
    const positions = before.map((column) => change.columns.indexOf(column));
    const lost = before.filter((_column, at) => positions[at] === -1);
    const moved = positions.some((position, at) => at > 0 && position <= (positions[at - 1] ?? -1));
    if (lost.length === 0 && !moved) return null;
    return {
      relation: change.view,
      why: `The migration fails with 42P16: ${lost.length > 0 ? `${change.view} loses its column ${lost.join(', ')}` : `the columns of ${change.view} change their order`}.`,
      fix: {
        summary:
          'Keep the old columns and add new ones at the end; if one has to go, drop and create the view in one transaction, once nothing uses it.',
        sql: `BEGIN;\nSET LOCAL lock_timeout = '2s';\nDROP VIEW ${change.view};\n${withoutSemicolon(context.statement.sql)};\nCOMMIT;`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, code text, total numeric); CREATE VIEW order_codes AS SELECT id, code FROM orders;',
  bad: [
    { sql: 'CREATE OR REPLACE VIEW order_codes AS SELECT id FROM orders;', fails: '42P16' },
    { sql: 'CREATE OR REPLACE VIEW order_codes AS SELECT code, id FROM orders;', fails: '42P16' },
    { sql: 'CREATE OR REPLACE VIEW order_codes AS SELECT id, code AS order_code FROM orders;', fails: '42P16' },
  ],
  good: [
    { sql: 'CREATE OR REPLACE VIEW order_codes AS SELECT id, code, total FROM orders;' },
    { sql: 'CREATE OR REPLACE VIEW totals AS SELECT total FROM orders;' },
  ],
});
