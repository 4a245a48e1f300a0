import { defineRule } from '../rule.js';
import { bareName, quoteLiteral, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'New enum value used in the transaction that adds it',
  why: 'A value that ALTER TYPE … ADD VALUE has added cannot be used before the transaction commits; it fails with 55P04.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['insert', 'update', 'delete', 'select', 'setDefault', 'addColumn', 'createTable'],
  check(change, context) {
    if (!context.transaction.open) return null;
    const { sql } = context.statement;
    for (const type of context.catalog.types.values()) {
      if (context.version >= 17 && type.origin.transaction === context.transaction.number) continue;
      const value = [...type.freshValues].find(
        ([name, transaction]) => transaction === context.transaction.number && sql.includes(quoteLiteral(name)),
      )?.[0];
      if (value === undefined) continue;
      const isCast = new RegExp(
        `${quoteLiteral(value).replace(/[^\w]/g, '\\$&')}\\s*::\\s*([\\w"]+\\.)?"?${bareName(type.name)}\\b`,
        'i',
      ).test(sql);
      const isType = (name: string | undefined): boolean => name === type.name || name === `${type.name}[]`;
      const table = 'table' in change ? change.table : undefined;
      const assigned =
        change.kind === 'insert' || change.kind === 'update' ? change.columns : change.kind === 'setDefault' ? [change.column] : [];
      const columns = [...(table ? (context.relation(table)?.columns.values() ?? []) : [])].filter((column) => isType(column.type));
      const isAssigned = columns.some((column) => assigned === null || assigned.includes(column.name)) && change.kind !== 'delete';
      const defined = change.kind === 'addColumn' ? [change.definition] : change.kind === 'createTable' ? change.columns : [];
      if (!isCast && !isAssigned && !defined.some((column) => isType(column.type) && column.default?.literal === value)) continue;
      return {
        relation: table,
        why: `The migration fails with 55P04: ${value} was added to ${type.name} in the same transaction.`,
        fix: {
          summary: 'Add the value in a migration of its own that commits first.',
          sql: `ALTER TYPE ${type.name} ADD VALUE IF NOT EXISTS ${quoteLiteral(value)};\n${statementText(context)}`,
        },
      };
    }
    return null;
  },
  setup: "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE days (id bigint PRIMARY KEY, mood mood, note text);",
  bad: [
    { sql: "ALTER TYPE mood ADD VALUE 'meh'; INSERT INTO days (id, mood) VALUES (1, 'meh');", fails: '55P04' },
    { sql: "ALTER TYPE mood ADD VALUE 'meh'; ALTER TABLE days ALTER COLUMN mood SET DEFAULT 'meh';", fails: '55P04' },
    { sql: "ALTER TYPE mood ADD VALUE 'meh'; UPDATE days SET mood = 'meh' WHERE id = 1;", fails: '55P04' },
  ],
  good: [
    { sql: "ALTER TYPE mood ADD VALUE 'meh'; INSERT INTO days (id, mood) VALUES (1, 'meh');", transaction: 'none' },
    { sql: "ALTER TYPE mood ADD VALUE 'meh';", next: [{ sql: "INSERT INTO days (id, mood) VALUES (1, 'meh');" }] },
    { sql: "ALTER TYPE mood ADD VALUE 'meh'; INSERT INTO days (id, note) VALUES (1, 'meh');" },
  ],
});
