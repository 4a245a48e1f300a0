import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'design',
  severity: 'low',
  title: 'Primary key of four bytes runs out at 2,147,483,647',
  why: 'An integer key is used up sooner than expected; then every INSERT fails, and changing the type rewrites the table.',
  source: 'https://www.postgresql.org/docs/current/datatype-numeric.html',
  quiet: true,
  evenWhenNew: true,
  on: ['createTable'],
  check(change, context) {
    const keys = new Set(
      [...change.constraints, ...change.columns.flatMap((column) => column.constraints)]
        .filter((constraint) => constraint.kind === 'primaryKey')
        .flatMap((constraint) => constraint.columns),
    );
    const column = change.columns.find(
      (other) =>
        (keys.has(other.name) || other.constraints.some((constraint) => constraint.kind === 'primaryKey')) &&
        /^(integer|smallint)$/.test(other.type) &&
        (other.serial || other.identity || keys.size === 1),
    );
    if (!column || change.persistence === 'temporary') return null;
    const written = new RegExp(`(${column.name.replace(/[^\w]/g, '\\$&')}"?\\s+)(small|big)?(serial[248]?|integer|int[248]?)\\b`, 'i');
    const sql = statementText(context).replace(
      written,
      (_whole, name: string, _size, type: string) => `${name}${/serial/i.test(type) ? 'bigserial' : 'bigint'}`,
    );
    return {
      relation: change.table,
      why: `Inserts into ${change.table} fail once ${column.name} has passed the largest ${column.type}.`,
      fix: { summary: 'Use bigint from the start.', sql },
    };
  },
  bad: [
    { sql: 'CREATE TABLE orders (id serial PRIMARY KEY, code text);' },
    { sql: 'CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);' },
  ],
  good: [{ sql: 'CREATE TABLE orders (id bigserial PRIMARY KEY, amount integer);' }, { sql: 'CREATE TABLE orders (id uuid PRIMARY KEY);' }],
});
