import { defineRule } from '../rule.js';
import { listed, statementText, withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'medium',
  title: 'View dropped while code may still read it',
  why: 'Queries on a dropped view fail at once; CASCADE takes the views that read it along.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropView'],
  check(change, context) {
    if (context.effects.error || (context.catalog.isMissing(change.view) && change.ifExists)) return null;
    const created = context.after.find((statement) =>
      statement.changes.some(
        (later) =>
          (later.kind === 'createView' && later.view === change.view) || (later.kind === 'createTableAs' && later.table === change.view),
      ),
    );
    const below = change.cascade ? context.catalog.viewsBelow(change.view) : [];
    if (created && context.transaction.open && below.length === 0) return null;
    return {
      relation: change.view,
      severity: below.length > 0 ? 'high' : 'medium',
      needs: ['applicationCode'],
      destructive: below.length > 0,
      why: `Queries on ${change.view} fail with 42P01${created ? ' until it is there again' : ''}.${below.length > 0 ? ` CASCADE drops ${listed(below)} as well.` : ''}`,
      fix:
        created && below.length === 0
          ? {
              summary: 'Drop and create it in one transaction.',
              sql: `BEGIN;\nSET LOCAL lock_timeout = '2s';\n${statementText(context)}\n${withoutSemicolon(created.sql)};\nCOMMIT;`,
            }
          : {
              summary: 'Deploy code that no longer reads it, then drop it, without CASCADE so that a forgotten reader stops the migration.',
              sql: null,
            },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint, code text); CREATE VIEW order_codes AS SELECT id, code FROM orders; CREATE VIEW codes AS SELECT code FROM order_codes;',
  bad: [
    { sql: 'DROP VIEW codes;' },
    { sql: 'DROP VIEW order_codes CASCADE;' },
    { sql: 'DROP VIEW codes; CREATE VIEW codes AS SELECT code, id FROM order_codes;', transaction: 'none' },
  ],
  good: [
    { sql: 'DROP VIEW codes; CREATE VIEW codes AS SELECT code, id FROM order_codes;' },
    { sql: 'CREATE VIEW fresh AS SELECT 1 AS n; DROP VIEW fresh;' },
  ],
});
