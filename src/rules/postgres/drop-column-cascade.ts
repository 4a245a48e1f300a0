import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'DROP COLUMN CASCADE drops what depends on the column',
  why: 'CASCADE drops views, foreign keys of other tables, policies and triggers without naming them.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['drop-column'],
  on: ['dropColumn'],
  check({ table, column, cascade }, context) {
    if (!cascade) return null;
    const views = context.catalog.viewsOn(table, column);
    const keys = context.catalog.foreignKeysTo(table).filter(({ constraint }) => constraint.references?.columns.includes(column));
    const lost = [...views, ...keys.map(({ table: holder, constraint }) => `${constraint.name} of ${shown(holder)}`)].map(shown);
    return {
      relation: table,
      destructive: true,
      needs: context.relation(table)?.known ? ['applicationCode'] : ['applicationCode', 'schema'],
      why: `${column} of ${shown(table)} goes with its values${lost.length > 0 ? `, and ${lost.join(', ')} with it` : ', and whatever depends on it, unnamed'}: queries that use them fail at once.`,
      fix: {
        summary:
          'Stop using the column first; then drop the dependents by name and the column without CASCADE, so that the server refuses what nobody thought of.',
        sql: lost.length === 0 ? script(ownSql(context).replace(/\s+CASCADE\s*$/i, '')) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text); CREATE VIEW codes AS SELECT code FROM orders;',
  bad: [{ sql: 'ALTER TABLE orders DROP COLUMN code CASCADE;' }],
  good: [{ sql: 'DROP VIEW codes; ALTER TABLE orders DROP COLUMN code;' }],
});
