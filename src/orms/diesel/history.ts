/** Where Diesel's migrations stand: a set of versions, without order and without checksums. */
import type { History, MigrationStatus, Recovery } from '../../core/history.js';
import type { Migration } from '../../core/stack.js';
import { historyTable, isoTime, literal, step } from '../history-table.js';
import { baseName, parentFolder } from '../paths.js';
import type { Reader, ToolCall } from '../tool.js';

/** Folder of a migration. */
export function dieselFolder(migration: Pick<Migration, 'file'>): string {
  return parentFolder(migration.file);
}

/** Version of a folder: its name up to the first `_`, without `-`. */
export function dieselVersion(migration: Pick<Migration, 'file'>): string {
  return baseName(dieselFolder(migration)).split('_')[0]!.replaceAll('-', '');
}

/** Reads Diesel's table and compares it with the folders. `diesel migration list` is not asked: it makes the table. */
export async function dieselHistory(call: ToolCall, read: Reader): Promise<History> {
  const table = await historyTable(read, call.stack.settings?.historyTable ?? '__diesel_schema_migrations');
  const rows = table.exists
    ? await read.query<{ version: string; at: string | null }>(
        `SELECT version, ${isoTime('run_on')} AS at FROM ${table.name} ORDER BY version`,
      )
    : [];
  const applied = new Map(rows.map((row) => [row.version, row.at]));
  const newest = rows.at(-1)?.version ?? '';
  const files = new Set(call.migrations.map(dieselVersion));
  const migrations: MigrationStatus[] = call.migrations.map((migration) => {
    const version = dieselVersion(migration);
    return {
      name: migration.name,
      state: applied.has(version) ? 'applied' : 'pending',
      edited: null,
      outOfOrder: !applied.has(version) && version < newest,
      appliedAt: applied.get(version) ?? null,
      detail: null,
    };
  });
  const missing = rows.filter((row) => !files.has(row.version));
  for (const { version, at } of missing) {
    const position = call.migrations.findIndex((migration) => dieselVersion(migration) > version);
    const status: MigrationStatus = { name: version, state: 'missing', edited: null, outOfOrder: false, appliedAt: at, detail: null };
    migrations.splice(position === -1 ? migrations.length : position, 0, status);
  }
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    next: migrations.filter((each) => each.state === 'pending').map((each) => each.name),
    recoveries: missing.map(({ version }) => missingRecovery(version, table.name, version === newest)),
    problems: [],
  };
}

function missingRecovery(version: string, table: string, newest: boolean): Recovery {
  return {
    kind: 'missing-file',
    migration: version,
    title: `Version ${version} is applied, and there is no folder of it.`,
    why: newest
      ? 'diesel migration revert fails with "Unable to find migration version"; run and list pass over it without a word.'
      : 'diesel passes over it without a word. The folder was deleted or renamed, or the database belongs to another branch.',
    steps: [
      step('Restore the folder from version control.'),
      step('Only when the change is known not to be in the database: take the row away, after a review.', {
        sql: `DELETE FROM ${table} WHERE version = ${literal(version)};`,
      }),
    ],
  };
}
