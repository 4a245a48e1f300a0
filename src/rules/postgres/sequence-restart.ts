import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnsFedBy } from '../support/sequence-owner.js';
import { quoteLiteral } from '../support/statement-text.js';

export default defineRule({
  category: 'data',
  severity: 'high',
  title: 'Sequence set to a fixed value: numbers may come a second time',
  why: 'A sequence that goes back to a value below the largest key in the table makes inserts fail with duplicate keys, or reuse numbers where no key forbids it.',
  source: 'https://www.postgresql.org/docs/current/sql-altersequence.html',
  supersedes: ['alter-sequence'],
  on: ['alterSequence', 'setIdentity', 'select'],
  check(change, context) {
    if (context.effects.error) return null;
    let sequence: string | null = null;
    if (change.kind === 'select')
      sequence = change.query.functions.includes('setval')
        ? (change.query.setval.find((call) => call.value !== null)?.sequence ?? null)
        : null;
    else if (!change.restart) return null;
    else
      sequence =
        change.kind === 'alterSequence' ? change.sequence : (context.catalog.column(change.table, change.column)?.sequence ?? null);
    if (sequence === null && change.kind !== 'setIdentity') return null;
    const owner = change.kind === 'setIdentity' ? { table: change.table, column: change.column } : columnsFedBy(context, sequence ?? '')[0];
    if (owner && context.isNew(owner.table)) return null;
    const column = owner ? quoteIdentifier(owner.column) : '';
    const target = sequence
      ? quoteLiteral(sequence)
      : owner
        ? `pg_get_serial_sequence(${quoteLiteral(owner.table)}, ${quoteLiteral(owner.column)})`
        : null;
    return {
      relation: owner?.table ?? sequence ?? undefined,
      needs: ['values'],
      why: owner
        ? `Inserts into ${owner.table} fail with 23505 for every ${owner.column} that is there already.`
        : `${sequence} hands out numbers that may be taken.`,
      fix: {
        summary: 'Set it to the largest key in the table.',
        sql: owner && target ? `SELECT setval(${target}, (SELECT coalesce(max(${column}), 1) FROM ${owner.table}));` : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigserial PRIMARY KEY); CREATE TABLE items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
  bad: [
    { sql: 'ALTER SEQUENCE orders_id_seq RESTART WITH 1;' },
    { sql: "SELECT setval('orders_id_seq', 1);" },
    { sql: 'ALTER TABLE items ALTER COLUMN id RESTART WITH 1;' },
  ],
  good: [{ sql: "SELECT setval('orders_id_seq', (SELECT max(id) FROM orders));" }, { sql: 'ALTER SEQUENCE orders_id_seq CACHE 10;' }],
});
