import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'low',
  title: 'SELECT * in a view or function',
  why: 'The star stands for the columns of today: a view keeps them for ever, a function breaks or returns others when the table changes.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createView', 'createFunction'],
  check(change, context) {
    if (change.kind === 'createFunction') {
      if (change.language !== 'sql' || !/\bselect\s+\*\s+from\b/i.test(change.body ?? '') || change.returns === 'trigger') return null;
      return {
        why: `${change.function} fails or returns other columns once its tables change.`,
        fix: { summary: 'Name the columns.', sql: null },
      };
    }
    if (!change.query.selectStar) return null;
    const source = change.query.relations.length === 1 ? context.relation(change.query.relations[0] ?? '') : undefined;
    const isPlain = source?.known && source.columns.size > 0 && /\bSELECT\s+\*\s+FROM\b/i.test(context.statement.sql);
    return {
      relation: change.view,
      why: `Columns that are added later will not be in ${change.view}, and none of its own can be dropped from the table.`,
      fix: {
        summary: 'Name the columns.',
        sql: isPlain
          ? statementText(context).replace(
              /\bSELECT\s+\*\s+FROM\b/i,
              `SELECT ${[...source.columns.keys()].map(quoteIdentifier).join(', ')} FROM`,
            )
          : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: 'CREATE VIEW all_orders AS SELECT * FROM orders;' },
    { sql: 'CREATE FUNCTION all_orders() RETURNS SETOF orders LANGUAGE sql AS $$ SELECT * FROM orders $$;' },
  ],
  good: [
    { sql: 'CREATE VIEW order_codes AS SELECT id, code FROM orders;' },
    { sql: 'CREATE VIEW order_count AS SELECT count(*) AS n FROM orders;' },
  ],
});
