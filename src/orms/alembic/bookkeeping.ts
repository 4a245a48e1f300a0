import type { Migration } from '../../core/stack.js';
import type { Bookkeeping, RecordWrite } from '../run/bookkeeping.js';
import type { ToolCall } from '../tool.js';

/** What Alembic sends besides (measured with 1.8.1 and 1.20.0, psycopg 2 and 3). A merge moves one row and deletes the others. */
export function alembicBookkeeping(call: ToolCall, migration: Migration): Bookkeeping {
  const { settings = {} } = call.stack;
  const bare = settings['historyTable'] ?? 'alembic_version';
  const schema = settings['historySchema'];
  const table = schema === undefined ? bare : `${schema}.${bare}`;
  const parents = migration.parents ?? [];
  const several = Math.max(1, parents.length);
  return {
    tables: [table],
    functions: [],
    writes: [
      {
        sql: `CREATE TABLE {table} (version_num VARCHAR(32) NOT NULL, CONSTRAINT ${bare}_pkc PRIMARY KEY (version_num))`,
        does: 'prepares',
        atMost: 1,
      },
      { sql: `CREATE TABLE {table} (version_num VARCHAR(32) NOT NULL)`, does: 'prepares', atMost: 1 },
      ...(['applies', 'removes'] as const).flatMap((does): RecordWrite[] => [
        { sql: 'INSERT INTO {table} (version_num) VALUES ($1) RETURNING {table}.version_num', does, atMost: several, keyed: true },
        { sql: 'INSERT INTO {table} (version_num) VALUES ($1)', does, atMost: several, keyed: true },
        { sql: 'UPDATE {table} SET version_num = $1 WHERE {table}.version_num = $2', does, atMost: 1, keyed: true },
        { sql: 'DELETE FROM {table} WHERE {table}.version_num = $1', does, atMost: several, keyed: true },
      ]),
    ],
    keys: [migration.name, ...(parents.length > 1 ? parents : [])],
  };
}
