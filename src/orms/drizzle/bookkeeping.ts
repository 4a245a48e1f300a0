import type { Migration } from '../../core/stack.js';
import type { Bookkeeping } from '../run/bookkeeping.js';
import type { ToolCall } from '../tool.js';
import { drizzleDates } from './history.js';

/**
 * What drizzle-kit sends besides (measured with 0.31.11 and 1.0.0-rc.5). Its schema and table are asked for on every run. The
 * script that takes a migration back ends with our own DELETE.
 */
export function drizzleBookkeeping(call: ToolCall, migration: Migration): Bookkeeping {
  const { settings = {} } = call.stack;
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const schema = quote(settings['historySchema'] ?? 'drizzle');
  const table = `${schema}.${quote(settings['historyTable'] ?? '__drizzle_migrations')}`;
  const date = drizzleDates(call).get(migration.name);
  return {
    tables: [table],
    functions: [],
    writes: [
      { sql: `CREATE SCHEMA IF NOT EXISTS ${schema}`, does: 'prepares', atMost: 1 },
      {
        sql: 'CREATE TABLE IF NOT EXISTS {table} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)',
        does: 'prepares',
        atMost: 1,
      },
      {
        sql: 'CREATE TABLE IF NOT EXISTS {table} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint, name text, applied_at timestamp with time zone DEFAULT now())',
        does: 'prepares',
        atMost: 1,
      },
      { sql: 'INSERT INTO {table} (hash, created_at) VALUES ($1, $2)', does: 'applies', atMost: 1, keyed: true },
      { sql: 'INSERT INTO {table} (hash, created_at, name) VALUES ($1, $2, $3)', does: 'applies', atMost: 1, keyed: true },
      { sql: 'DELETE FROM {table} WHERE created_at = $1', does: 'removes', atMost: 1, keyed: true },
      { sql: 'DELETE FROM {table} WHERE name = $1', does: 'removes', atMost: 1, keyed: true },
    ],
    keys: [migration.name, ...(date === undefined ? [] : [String(date)])],
  };
}
