import type { Change } from '../../core/change.js';
import type { AnalysedStatement } from '../../sql/analysis.js';
import { defineRule, type RuleContext } from '../rule.js';
import { indexOf } from '../support/statement-index.js';
import { bareName, withoutSemicolon } from '../support/statement-text.js';

/** True when a change leaves deferred foreign keys of its table to be checked at commit. */
function isQueued(change: Change, context: RuleContext): boolean {
  if (change.kind === 'insert' || change.kind === 'update') {
    if (change.kind === 'insert' && change.valuesRows === 0) return false;
    return context.catalog
      .foreignKeysFrom(change.table)
      .some(
        ({ constraint }) =>
          constraint.initiallyDeferred &&
          (change.kind === 'insert' || constraint.columns.some((column) => change.columns.includes(column))),
      );
  }
  if (change.kind !== 'delete') return false;
  return context.catalog
    .foreignKeysTo(change.table)
    .some(({ constraint }) => constraint.initiallyDeferred && constraint.references?.onDelete === 'noAction');
}

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Schema change while deferred foreign keys are still unchecked',
  why: 'ALTER TABLE, CREATE INDEX and TRUNCATE of a table fail with 55006 when rows of it were changed in the same transaction and a deferred foreign key still has to check them.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: [
    'addColumn',
    'dropColumn',
    'alterColumnType',
    'setNotNull',
    'dropNotNull',
    'setDefault',
    'dropDefault',
    'addConstraint',
    'dropConstraint',
    'validateConstraint',
    'createIndex',
    'truncate',
    'dropTable',
  ],
  check(change, context) {
    if (!context.transaction.open) return null;
    const tables = change.kind === 'truncate' ? change.tables : [change.kind === 'createIndex' ? change.index.table : change.table];
    const { unchecked } = indexOf(context.transaction.earlier);
    const pending = (name: string): AnalysedStatement | undefined =>
      unchecked.get(name)?.findLast(({ change: earlier }) => isQueued(earlier, context))?.statement;
    const table = tables.find((name) => name !== null && pending(name) !== undefined);
    if (!table || (context.statement.changes[0] !== change && context.statement.changes[0]?.kind === change.kind)) return null;
    return {
      relation: table,
      why: `The migration fails with 55006: ${bareName(table)} has pending trigger events from the rows changed before.`,
      fix: {
        summary: 'Have the deferred keys checked before the schema changes, or change schema and rows in two migrations.',
        sql: `BEGIN;\n${withoutSemicolon(pending(table)?.sql ?? '')};\nSET CONSTRAINTS ALL IMMEDIATE;\n${withoutSemicolon(context.statement.sql)};\nCOMMIT;`,
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers DEFERRABLE INITIALLY DEFERRED);',
  bad: [
    { sql: 'INSERT INTO orders (id, customer_id) VALUES (1, NULL), (2, NULL); ALTER TABLE orders ADD COLUMN note text;', fails: '55006' },
    { sql: 'INSERT INTO orders (id) VALUES (1); CREATE INDEX orders_customer ON orders (customer_id);', fails: '55006' },
  ],
  good: [
    { sql: 'INSERT INTO orders (id) VALUES (1); SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE orders ADD COLUMN note text;' },
    { sql: 'INSERT INTO customers (id) VALUES (1); ALTER TABLE customers ADD COLUMN note text;' },
    { sql: 'INSERT INTO orders (id) VALUES (1); ALTER TABLE orders ADD COLUMN note text;', transaction: 'none' },
  ],
});
