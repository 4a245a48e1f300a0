import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'A generated column is computed from the dropped column',
  why: 'PostgreSQL 14 drops the generated column as well, without a word; from 15 on the statement is refused (2BP01).',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropColumn'],
  check({ table, column, cascade }, context) {
    const dependents = [...(context.relation(table)?.columns.values() ?? [])].filter(
      (other) => other.name !== column && other.generated?.expression.columns.includes(column),
    );
    if (dependents.length === 0) return null;
    const names = dependents.map((other) => other.name).join(', ');
    const isRefused = !cascade && context.version >= 15;
    const unbind = dependents
      .filter((other) => other.generated?.stored)
      .map((other) => `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(other.name)} DROP EXPRESSION`);
    const drop = `ALTER TABLE ${table} DROP COLUMN ${quoteIdentifier(column)}`;
    return {
      relation: table,
      destructive: !isRefused,
      why: isRefused
        ? `The migration stops here: ${names} of ${shown(table)} is computed from ${column}.`
        : `${names} of ${shown(table)} goes with ${column}: code that reads it fails at once, and its values are lost.`,
      fix: {
        summary: `Turn ${names} into a plain column first (DROP EXPRESSION keeps its values), or drop it by name once nobody reads it.`,
        sql: unbind.length === dependents.length ? script(unbind, drop) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net numeric, gross numeric GENERATED ALWAYS AS (net * 2) STORED, note text);',
  bad: [
    { sql: 'ALTER TABLE orders DROP COLUMN net;', versions: [14, 14] },
    { sql: 'ALTER TABLE orders DROP COLUMN net;', versions: [15, 18], fails: '2BP01' },
  ],
  good: [
    { sql: 'ALTER TABLE orders DROP COLUMN note;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN gross DROP EXPRESSION; ALTER TABLE orders DROP COLUMN net;' },
  ],
});
