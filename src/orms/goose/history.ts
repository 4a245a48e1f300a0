/** Where goose's migrations stand: the newest row of each version counts. */
import type { History, MigrationStatus, Recovery } from '../../core/history.js';
import type { Migration } from '../../core/stack.js';
import { historyTable, isoTime, step } from '../history-table.js';
import { baseName } from '../paths.js';
import type { Reader, ToolCall } from '../tool.js';

interface Row {
  version: string;
  applied: boolean;
  at: string | null;
}

/** Version of a migration: the digits that its file name begins with. */
export function gooseVersion(migration: Pick<Migration, 'file'>): bigint {
  return BigInt(/^\d+/.exec(baseName(migration.file))?.[0] ?? '0');
}

/** Reads goose's table and compares it with the files. goose keeps no checksum: edits cannot be told. */
export async function gooseHistory(call: ToolCall, read: Reader): Promise<History> {
  const table = await historyTable(read, call.stack.settings?.historyTable ?? 'goose_db_version');
  const rows = table.exists
    ? await read.query<Row>(
        `SELECT version_id::text AS version, is_applied AS applied, ${isoTime('tstamp')} AS at FROM ${table.name} ORDER BY id`,
      )
    : [];
  const newest = new Map(rows.map((row) => [BigInt(row.version), row]));
  const applied = new Set([...newest].filter(([version, row]) => row.applied && version > 0n).map(([version]) => version));
  const highest = [...applied].reduce((most, version) => (version > most ? version : most), 0n);
  const files = new Set(call.migrations.map(gooseVersion));
  const migrations: MigrationStatus[] = call.migrations.map((migration) => {
    const version = gooseVersion(migration);
    const isApplied = applied.has(version);
    return {
      name: migration.name,
      state: isApplied ? 'applied' : 'pending',
      edited: null,
      outOfOrder: !isApplied && version < highest,
      appliedAt: isApplied ? (newest.get(version)?.at ?? null) : null,
      detail: null,
    };
  });
  const missing = [...applied].filter((version) => !files.has(version));
  for (const version of missing.sort((a, b) => (a < b ? -1 : 1))) {
    const at = call.migrations.findIndex((migration) => gooseVersion(migration) > version);
    const status: MigrationStatus = {
      name: String(version),
      state: 'missing',
      edited: null,
      outOfOrder: false,
      appliedAt: newest.get(version)?.at ?? null,
      detail: null,
    };
    migrations.splice(at === -1 ? migrations.length : at, 0, status);
  }
  const late = migrations.filter((each) => each.outOfOrder);
  const pending = migrations.filter((each) => each.state === 'pending').map((each) => each.name);
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    // goose refuses to go on while a lower version is not applied.
    next: late.length > 0 ? [] : pending,
    recoveries: [...late.map((each) => lateRecovery(each, highest)), ...missing.map((version) => missingRecovery(version, table.name))],
    problems: [],
  };
}

function lateRecovery(late: MigrationStatus, highest: bigint): Recovery {
  return {
    kind: 'out-of-order',
    migration: late.name,
    title: `${late.name} sorts before version ${highest}, which is applied.`,
    why: 'goose up ends with "found missing migrations before current version" and applies nothing, this one or any later one. It comes from a branch that was merged late.',
    steps: [
      step(`If nobody applied ${late.name} yet, give it a version after ${highest} and commit that.`),
      step('Do not use -allow-missing: the next goose down would then take back this one and not the newest.'),
    ],
  };
}

function missingRecovery(version: bigint, table: string): Recovery {
  return {
    kind: 'missing-file',
    migration: String(version),
    title: `Version ${version} is applied, and there is no file of it.`,
    why: 'goose down fails at it with "no current version found". The file was deleted or renumbered, or the database belongs to another branch.',
    steps: [
      step('Restore the file from version control.'),
      step('Only when the change is known not to be in the database: take the row away, after a review.', {
        sql: `DELETE FROM ${table} WHERE version_id = ${version};`,
      }),
    ],
  };
}
