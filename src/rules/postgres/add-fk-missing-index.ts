import type { Change } from '../../core/change.js';
import { defineRule } from '../rule.js';
import { backingIndex, indexBuiltOnline } from '../support/index-sql.js';
import { laterAbout } from '../support/later-statements.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Foreign key columns have no index',
  why: 'Each DELETE, or UPDATE of the key, in the referenced table reads the whole referencing table to look for rows that point to it.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addConstraint', 'addColumn'],
  check(change, context) {
    const key =
      change.kind === 'addConstraint'
        ? change.constraint
        : change.definition.constraints.find((constraint) => constraint.kind === 'foreignKey');
    const { table } = change;
    const parent = key?.references?.table;
    if (key?.kind !== 'foreignKey' || !parent || !context.relation(table)?.known || context.effects.error) return null;
    const leads = (columns: readonly (string | null)[]): boolean =>
      key.columns.every((column) => columns.slice(0, key.columns.length).includes(column));
    const existing = context.catalog.indexesOf(table).some((index) => !index.predicate && leads(index.keys.map((part) => part.column)));
    const leadsTo = (other: Change): boolean =>
      (other.kind === 'createIndex' && other.index.table === table && leads(other.index.keys.map((part) => part.column))) ||
      (other.kind === 'addConstraint' &&
        other.table === table &&
        ['primaryKey', 'unique'].includes(other.constraint.kind) &&
        leads(other.constraint.columns));
    const planned = (): boolean =>
      context.statement.changes.some(leadsTo) ||
      laterAbout(context, table).some(({ changes }) => changes.some(leadsTo)) ||
      context.laterUnits(table).some(({ changes }) => changes.some(leadsTo));
    if (
      existing ||
      planned() ||
      (change.kind === 'addColumn' &&
        change.definition.constraints.some((constraint) => constraint.kind === 'unique' || constraint.kind === 'primaryKey'))
    )
      return null;
    const index = { ...backingIndex(table, key.columns, freeName(context, table, key.columns, 'idx'), key), unique: false, include: [] };
    const build = indexBuiltOnline(context, index);
    return {
      relation: table,
      why: `Every DELETE in ${shown(parent)} reads all of ${shown(table)} to look for ${key.columns.join(', ')}, once the key is there.`,
      fix: {
        summary:
          change.kind === 'addColumn'
            ? 'Build the index concurrently, in a migration of its own after this one.'
            : 'Build the index concurrently first, in a migration of its own.',
        sql: script(change.kind === 'addColumn' ? [context.statement.sql.trim().replace(/;\s*$/, ''), ...build] : build),
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, second_id bigint); CREATE INDEX orders_second_idx ON orders (second_id, id);',
  bad: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' },
    { sql: 'ALTER TABLE orders ADD COLUMN payer_id bigint REFERENCES customers (id);' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD CONSTRAINT orders_second FOREIGN KEY (second_id) REFERENCES customers (id) NOT VALID;' },
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;',
      next: [{ sql: 'CREATE INDEX CONCURRENTLY orders_customer_idx ON orders (customer_id);', transaction: 'none' }],
    },
  ],
});
