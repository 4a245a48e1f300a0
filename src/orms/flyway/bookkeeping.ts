import type { Migration } from '../../core/stack.js';
import { baseName } from '../paths.js';
import type { Bookkeeping } from '../run/bookkeeping.js';
import type { ToolCall } from '../tool.js';

/** What Flyway sends besides (measured with 11.20.3). Its row of a migration that fails outside a transaction says so itself. */
export function flywayBookkeeping(call: ToolCall, migration: Migration): Bookkeeping {
  const { settings = {} } = call.stack;
  const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const bare = settings['historyTable'] ?? 'flyway_schema_history';
  const table = `${quote(settings['historySchema'] ?? 'public')}.${quote(bare)}`;
  const insert =
    'INSERT INTO {table} (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)';
  return {
    tables: [table],
    functions: ['pg_try_advisory_lock', 'pg_advisory_unlock', 'pg_try_advisory_xact_lock', 'set_config'],
    writes: [
      {
        sql: 'CREATE TABLE {table} (installed_rank INT NOT NULL, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INTEGER, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT now(), execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL)',
        does: 'prepares',
        atMost: 1,
      },
      { sql: `ALTER TABLE {table} ADD CONSTRAINT ${quote(`${bare}_pk`)} PRIMARY KEY (installed_rank)`, does: 'prepares', atMost: 1 },
      { sql: `CREATE INDEX ${quote(`${bare}_s_idx`)} ON {table} (success)`, does: 'prepares', atMost: 1 },
      { sql: insert, does: 'applies', atMost: 1, keyed: true },
      { sql: insert, does: 'fails', atMost: 1, keyed: ['FALSE', 'false', 'f'] },
    ],
    keys: [baseName(migration.file)],
  };
}
