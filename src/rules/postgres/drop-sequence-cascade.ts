import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnList } from '../support/columns-of-type.js';
import { underLockTimeout } from '../support/lock-timeout.js';
import { columnsFedBy } from '../support/sequence-owner.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'DROP SEQUENCE … CASCADE takes the defaults of columns away',
  why: 'CASCADE removes every default that draws from the sequence: inserts that leave the column out then fail, and the last number is lost.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropSequence'],
  check(change, context) {
    if (!change.cascade || context.effects.error) return null;
    const columns = columnsFedBy(context, change.sequence).filter(({ table }) => !context.isNew(table));
    if (columns.length === 0) return null;
    return {
      relation: columns[0]?.table,
      destructive: true,
      why: `${columnList(columns)} loses its default: inserts that leave it out fail, or write NULL.`,
      fix: {
        summary: 'Move the code over first; then drop the default by name, and the sequence without CASCADE.',
        sql: underLockTimeout(
          [
            ...columns.map(({ table, column }) => `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column)} DROP DEFAULT;`),
            `DROP SEQUENCE ${change.sequence};`,
          ].join('\n'),
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigserial PRIMARY KEY); CREATE SEQUENCE spare;',
  bad: [{ sql: 'DROP SEQUENCE orders_id_seq CASCADE;' }],
  good: [{ sql: 'DROP SEQUENCE spare CASCADE;' }, { sql: 'ALTER TABLE orders ALTER COLUMN id DROP DEFAULT; DROP SEQUENCE orders_id_seq;' }],
});
