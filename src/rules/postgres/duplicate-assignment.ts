import { defineRule } from '../rule.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'The same column twice in one statement',
  why: 'A column can be set or defined once only: UPDATE fails with 42601, CREATE TABLE and ALTER TABLE with 42701.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['update', 'createTable', 'addColumn'],
  check(change, context) {
    let names: string[];
    if (change.kind === 'update')
      names = change.columns.filter(
        (column) => !new RegExp(`\\b${column.replace(/[^\w]/g, '\\$&')}"?\\s*[[.]`).test(context.statement.sql),
      );
    else if (change.kind === 'createTable') names = change.columns.map((column) => column.name);
    else {
      const added = context.statement.changes.filter(
        (other) => other.kind === 'addColumn' && other.table === change.table && !other.ifNotExists,
      );
      if (added.at(-1) !== change) return null;
      names = added.map((other) => (other.kind === 'addColumn' ? other.definition.name : ''));
    }
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice === undefined) return null;
    return {
      relation: change.table,
      why: `The migration fails with ${change.kind === 'update' ? '42601' : '42701'}: ${twice} is there twice.`,
      fix: { summary: 'Keep the one that is meant.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, code text, tags text[]);',
  bad: [
    { sql: "UPDATE orders SET code = 'a', code = 'b';", fails: '42601' },
    { sql: 'CREATE TABLE items (id bigint, id integer);', fails: '42701' },
    { sql: 'ALTER TABLE orders ADD COLUMN note text, ADD COLUMN note integer;', fails: '42701' },
  ],
  good: [{ sql: "UPDATE orders SET tags[1] = 'a', tags[2] = 'b';" }, { sql: "UPDATE orders SET code = 'a', id = 1;" }],
});
