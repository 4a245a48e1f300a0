import { defineRule } from '../rule.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'correctness',
  severity: 'low',
  title: 'A view with SELECT * does not show the new column',
  why: 'The star is replaced by the columns of that moment when the view is made; columns that come later are not in it.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['addColumn'],
  check(change, context) {
    const views = context.catalog.viewsOn(change.table).filter((view) => context.relation(view)?.selectStar);
    const stale = views.filter(
      (view) => !context.after.some((statement) => statement.changes.some((later) => later.kind === 'createView' && later.view === view)),
    );
    if (stale.length === 0 || context.effects.error) return null;
    return {
      relation: change.table,
      why: `${listed(stale)} was made with SELECT * and will not have ${change.definition.name}: code that expects it there fails.`,
      fix: { summary: 'Replace the view after the column is there, with its columns named.', sql: null },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint, code text); CREATE VIEW all_orders AS SELECT * FROM orders; CREATE TABLE items (id bigint); CREATE VIEW item_ids AS SELECT id FROM items;',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN total numeric;' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN total numeric; CREATE OR REPLACE VIEW all_orders AS SELECT id, code, total FROM orders;' },
    { sql: 'ALTER TABLE items ADD COLUMN total numeric;' },
  ],
});
