import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Table cannot be dropped while something depends on it',
  why: 'A view, or a foreign key of another table, makes PostgreSQL refuse (2BP01).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['dropTable'],
  check({ table, cascade }, context) {
    if (cascade || context.effects.error?.code !== '2BP01') return null;
    const together = new Set(context.statement.changes.flatMap((change) => (change.kind === 'dropTable' ? [change.table] : [])));
    const views = context.catalog.viewsBelow(table);
    const keys = context.catalog.foreignKeysTo(table).filter(({ table: holder }) => !together.has(holder));
    if (views.length + keys.length === 0) return null;
    const holders = [...views, ...keys.map(({ table: holder }) => holder)].map(shown);
    return {
      relation: table,
      why: `The migration stops here: ${listed([...new Set(holders)])} ${holders.length === 1 ? 'depends' : 'depend'} on ${shown(table)}.`,
      fix: {
        summary: 'Drop the dependents by name first, once no code uses them.',
        sql: script(
          keys.map(({ table: holder, constraint }) => `ALTER TABLE ${holder} DROP CONSTRAINT ${quoteIdentifier(constraint.name)}`),
          [...views]
            .reverse()
            .map((view) => `DROP ${context.relation(view)?.kind === 'materializedView' ? 'MATERIALIZED VIEW' : 'VIEW'} ${view}`),
          ownSql(context),
        ),
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id)); CREATE TABLE notes (id bigint); CREATE VIEW note_ids AS SELECT id FROM notes;',
  bad: [
    { sql: 'DROP TABLE customers;', fails: '2BP01' },
    { sql: 'DROP TABLE notes;', fails: '2BP01' },
  ],
  good: [{ sql: 'DROP TABLE orders; DROP TABLE customers;' }, { sql: 'DROP TABLE customers, orders;' }],
});
