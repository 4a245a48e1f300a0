import { defineRule } from '../rule.js';
import { expandedColumn } from '../support/backfill.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';
import { quoteIdentifier } from '../../core/names.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Column is renamed under running code',
  why: 'Old code knows only the old name and new code only the new one: between migration and deploy one of them fails on every statement that names it.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['renameColumn'],
  check({ table, column, to }, context) {
    const type = context.catalog.column(table, column)?.type;
    const isTable = ['table', 'partitionedTable'].includes(context.relation(table)?.kind ?? 'table');
    return {
      relation: table,
      needs: ['applicationCode'],
      why: `Statements on ${shown(table)} that still say ${column} fail from the moment of the migration until all code is replaced.`,
      fix: {
        summary: `Expand and contract: add ${to} beside ${column}, keep it filled by a trigger, move reads, then writes, then drop ${column} later.`,
        sql: type && isTable ? script(expandedColumn(context, table, column, { name: to, type }, quoteIdentifier(column))) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
  bad: [{ sql: 'ALTER TABLE orders RENAME COLUMN note TO remark;' }, { sql: 'ALTER TABLE orders RENAME note TO "order";' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN remark text;' },
    { sql: 'CREATE TABLE notes (a text); ALTER TABLE notes RENAME COLUMN a TO b;' },
  ],
});
