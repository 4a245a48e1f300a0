import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'DROP TABLE CASCADE drops what depends on the table',
  why: 'CASCADE drops views and the foreign keys of other tables without naming them; rows of those tables are no longer checked.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['drop-table'],
  on: ['dropTable'],
  check({ table, cascade, ifExists }, context) {
    if (!cascade || context.relation(table)?.persistence === 'temporary' || (ifExists && context.catalog.isMissing(table))) return null;
    const views = context.catalog.viewsBelow(table);
    const keys = context.catalog.foreignKeysTo(table).filter(({ table: holder }) => holder !== table);
    const lost = [
      ...views.map((view) => `the view ${shown(view)}`),
      ...keys.map(({ table: holder, constraint }) => `the key ${constraint.name} of ${shown(holder)}`),
    ];
    const isKnown = context.relation(table)?.known;
    return {
      relation: table,
      destructive: true,
      needs: isKnown ? ['applicationCode'] : ['applicationCode', 'schema'],
      why: `All rows of ${shown(table)} go${lost.length > 0 ? `, and with them ${listed(lost)}` : ', and whatever depends on it, unnamed'}: code that uses them fails at once.`,
      fix: {
        summary:
          'Drop the dependents by name, then the table without CASCADE, so that the server refuses what nobody thought of. Before that, make sure that no code uses it and that there is a backup.',
        sql: isKnown
          ? script(
              keys.map(({ table: holder, constraint }) => `ALTER TABLE ${holder} DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`),
              [...views]
                .reverse()
                .map((view) => `DROP ${context.relation(view)?.kind === 'materializedView' ? 'MATERIALIZED VIEW' : 'VIEW'} ${view}`),
              ownSql(context).replace(/\s+CASCADE\s*$/i, ''),
            )
          : null,
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id)); CREATE VIEW customer_ids AS SELECT id FROM customers;',
  bad: [{ sql: 'DROP TABLE customers CASCADE;' }, { sql: 'DROP TABLE IF EXISTS customers CASCADE;' }],
  good: [{ sql: 'DROP TABLE orders;' }],
});
