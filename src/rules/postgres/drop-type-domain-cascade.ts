import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnList, columnsUsing } from '../support/columns-of-type.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Type or domain dropped with the columns that use it',
  why: 'DROP TYPE and DROP DOMAIN with CASCADE drop every column of the type, and every function that takes or returns it.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropType'],
  check(change, context) {
    const type = context.catalog.types.get(change.type);
    if (!change.cascade || type?.kind === 'enum' || (!type && context.catalog.complete)) return null;
    const columns = columnsUsing(context, change.type).filter(({ table }) => !context.isNew(table));
    const isKnown = context.catalog.complete || type !== undefined;
    if (columns.length === 0 && isKnown) return null;
    const base = type?.kind === 'domain' ? type.base : null;
    return {
      relation: columns[0]?.table,
      destructive: true,
      needs: isKnown ? [] : ['schema'],
      why:
        columns.length > 0
          ? `The columns ${columnList(columns)} are dropped with all their values.`
          : `Every column of the type ${change.type} is dropped with all its values; which ones, this schema does not tell.`,
      fix:
        base && columns.length > 0
          ? {
              summary: 'Give the columns the base type first, which keeps their values, then drop the domain without CASCADE.',
              sql: `${underLockTimeout(columns.map(({ table, column, isArray }) => `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column)} TYPE ${base}${isArray ? '[]' : ''};`).join('\n'))}\nDROP DOMAIN ${change.type};`,
            }
          : { summary: 'Drop it without CASCADE, so that a column that still uses it stops the migration.', sql: null },
    };
  },
  setup:
    'CREATE DOMAIN price AS numeric CHECK (VALUE >= 0); CREATE TABLE orders (id bigint PRIMARY KEY, total price); CREATE DOMAIN unused AS text;',
  bad: [
    { sql: 'DROP DOMAIN price CASCADE;' },
    { setup: 'CREATE TYPE address AS (street text); CREATE TABLE people (id bigint, home address);', sql: 'DROP TYPE address CASCADE;' },
  ],
  good: [{ sql: 'DROP DOMAIN unused CASCADE;' }, { sql: 'DROP DOMAIN unused;' }],
});
