import type { Migration } from '../../core/stack.js';
import { baseName } from '../paths.js';
import type { Bookkeeping } from '../run/bookkeeping.js';
import type { ToolCall } from '../tool.js';
import { dieselFolder } from './history.js';

/** What diesel_cli 2 sends besides (measured with 2.3.12). A version is the folder's name up to the first `_`, without dashes. */
export function dieselBookkeeping(_call: ToolCall, migration: Migration): Bookkeeping {
  const version = (baseName(dieselFolder(migration)).split('_')[0] ?? '').replaceAll('-', '');
  return {
    tables: ['__diesel_schema_migrations'],
    functions: [],
    writes: [
      {
        sql: 'CREATE TABLE IF NOT EXISTS {table} (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)',
        does: 'prepares',
        atMost: 1,
      },
      { sql: 'INSERT INTO {table} (version) VALUES ($1)', does: 'applies', atMost: 1, keyed: true },
      { sql: 'DELETE FROM {table} WHERE ({table}.version = $1)', does: 'removes', atMost: 1, keyed: true },
    ],
    keys: [version],
  };
}
