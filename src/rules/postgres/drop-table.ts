import { qualify, quoteIdentifier } from '../../core/names.js';
import { defineRule, type RuleContext } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';
import { bareName } from '../support/statement-text.js';

/** A temporary table of that name hides the permanent one. */
const hasTemporary = (context: RuleContext, table: string): boolean => context.catalog.relations.has(qualify('pg_temp', bareName(table)));

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Table and its data are dropped',
  why: 'All rows are gone for good, and code that is still running fails on every statement that names the table.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['dropTable'],
  check({ table, ifExists }, context) {
    const relation = context.relation(table);
    if (relation?.persistence === 'temporary' || hasTemporary(context, table) || (ifExists && context.catalog.isMissing(table)))
      return null;
    return {
      relation: table,
      destructive: true,
      needs: ['applicationCode'],
      why: `Code that still uses ${shown(table)} fails at once, and its rows cannot be brought back by a down migration.`,
      fix: {
        summary: 'Rename it away first: what still uses it shows, and can be undone. Drop it in a later migration, with a backup.',
        sql: relation ? script(`ALTER TABLE ${table} RENAME TO ${quoteIdentifier(`${bareName(table)}_to_drop`.slice(-63))}`) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'DROP TABLE orders;' }, { sql: 'DROP TABLE IF EXISTS orders;' }],
  good: [
    { sql: 'CREATE TABLE scratch (id bigint); DROP TABLE scratch;' },
    { sql: 'CREATE TEMP TABLE scratch (id bigint); DROP TABLE scratch;' },
  ],
});
