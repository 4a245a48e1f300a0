import type { Migration } from '../../core/stack.js';
import type { Bookkeeping } from '../run/bookkeeping.js';
import type { ToolCall } from '../tool.js';

/**
 * What Prisma 5 to 7 sends besides (measured with 6.19.3 and 7.10.0 over the stand-in engine; the native engine has the same
 * statements in its source). A migration has its row before it runs. The script that takes one back ends with our own DELETE.
 */
export function prismaBookkeeping(_call: ToolCall, migration: Migration): Bookkeeping {
  return {
    tables: ['_prisma_migrations'],
    functions: ['pg_advisory_lock', 'pg_advisory_unlock'],
    writes: [
      {
        sql: 'CREATE TABLE {table} (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)',
        does: 'prepares',
        atMost: 1,
      },
      { sql: 'INSERT INTO {table} (id, checksum, started_at, migration_name) VALUES ($1, $2, $3, $4)', does: 'starts', atMost: 1, keyed: true },
      { sql: 'UPDATE {table} SET applied_steps_count = (applied_steps_count + $1) WHERE id = $2', does: 'applies', atMost: 1 },
      { sql: 'UPDATE {table} SET finished_at = $1 WHERE id = $2', does: 'applies', atMost: 1 },
      { sql: 'UPDATE {table} SET logs = $1 WHERE id = $2', does: 'fails', atMost: 1 },
      { sql: 'UPDATE {table} SET rolled_back_at = $1 WHERE id = $2', does: 'forgets', atMost: 1 },
      { sql: 'DELETE FROM {table} WHERE migration_name = $1', does: 'removes', atMost: 1, keyed: true },
    ],
    keys: [migration.name],
  };
}
