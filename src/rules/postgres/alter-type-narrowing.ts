import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';
import { sizesOf, typeBefore } from '../support/type-change.js';

const integerBits: Record<string, number> = { smallint: 15, integer: 31, bigint: 63 };

/** A condition under which every value fits the new type; null when the change does not narrow. */
function fits(column: string, from: string, to: string): string | null {
  const [before, after] = [integerBits[from], integerBits[to]];
  if (before && after) return after < before ? `${column} BETWEEN ${-(2 ** after)} AND ${2 ** after - 1}` : null;
  const [old, fresh] = [sizesOf(from), sizesOf(to)];
  if (/^character/.test(to) && /^(character|text)/.test(from) && fresh?.[0])
    return !old || fresh[0] < old[0]! ? `char_length(${column}) <= ${fresh[0]}` : null;
  if (/^numeric/.test(to) && /^numeric/.test(from) && fresh) {
    const digits = (sizes: number[]): number => sizes[0]! - (sizes[1] ?? 0);
    return !old || digits(fresh) < digits(old) ? `abs(${column}) < 1e${digits(fresh)}` : null;
  }
  return null;
}

export default defineRule({
  category: 'data',
  severity: 'high',
  title: 'Narrower type may refuse or cut values',
  why: 'One value that does not fit makes the change fail (22001, 22003); where it passes, the table is written anew under ACCESS EXCLUSIVE, and running code may still write longer values.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  needs: ['values'],
  supersedes: ['alter-type-rewrite'],
  on: ['alterColumnType'],
  check(change, context) {
    const from = typeBefore(change, context);
    const column = quoteIdentifier(change.column);
    const condition = from && !context.effects.error ? fits(column, from, change.type) : null;
    if (!condition) return null;
    const name = quoteIdentifier(freeName(context, change.table, [change.column], 'check'));
    return {
      relation: change.table,
      needs: ['values'],
      destructive: change.using !== null,
      why: `Every read and write of ${shown(change.table)} waits while it is rewritten from ${from} to ${change.type}; a value of ${change.column} that does not fit stops the migration${change.using ? ' or is cut by USING' : ''}, and inserts of running code may fail afterwards.`,
      fix: {
        summary:
          'Keep the type and let a CHECK hold the limit: NOT VALID first, so that nothing waits, then validate it, which shows the values that do not fit.',
        sql: script(
          `ALTER TABLE ${change.table} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID`,
          `ALTER TABLE ${change.table} VALIDATE CONSTRAINT ${name}`,
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code varchar(20), note text, total numeric(10,2));',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN id TYPE integer;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(10);' },
    { sql: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(100);' },
    { sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(8,2);' },
    { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(3);', rows: "INSERT INTO orders VALUES (1, 'too long');", fails: '22001' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar(40);' },
    { sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);' },
  ],
});
