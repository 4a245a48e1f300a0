/** Where Flyway's migrations stand: rows with checksums, and what validation would refuse. */
import type { History, MigrationStatus, Recovery } from '../../core/history.js';
import type { Migration } from '../../core/stack.js';
import { historyTable, isoTime, step } from '../history-table.js';
import type { Reader, ToolCall } from '../tool.js';
import { compare, flywayChecksum, flywayVersion, normalVersion } from './version.js';

interface Row {
  rank: number;
  version: string | null;
  description: string;
  type: string;
  script: string;
  checksum: number | null;
  at: string | null;
  success: boolean;
}

/** Reads Flyway's table and compares it with the files. */
export async function flywayHistory(call: ToolCall, read: Reader): Promise<History> {
  const { settings = {} } = call.stack;
  const table = await historyTable(read, settings['historyTable'] ?? 'flyway_schema_history', settings['historySchema']);
  const rows = table.exists
    ? await read.query<Row>(
        `SELECT installed_rank AS rank, version, description, type, script, checksum, ${isoTime('installed_on')} AS at, success FROM ${table.name}
          WHERE type <> 'SCHEMA' ORDER BY installed_rank`,
      )
    : [];
  const record = recordOf(rows);
  const migrations = call.migrations.map((migration) => statusOf(call, migration, record));
  const known = new Set(call.migrations.map((migration) => flywayVersion(migration.file)));
  const highest = [...known]
    .filter((version) => version !== null)
    .sort(compare)
    .at(-1);
  for (const [version, row] of record.versioned) {
    if (known.has(version) || isBaseline(row) || (row.script !== '' && call.repository.named(row.script).length > 0)) continue;
    const isNewer = highest !== undefined && compare(version, highest) > 0;
    const detail = isNewer ? newer : null;
    migrations.push({ name: row.script || version, state: 'missing', edited: null, outOfOrder: false, appliedAt: row.at, detail });
  }
  const inOrder = settings['outOfOrder'] !== 'true';
  const recoveries = migrations.flatMap((each) => recoveryOf(each, command(call), inOrder));
  // Validation comes before each migrate: one bad state stops them all. Rows newer than every file are let pass.
  const isBlocked = recoveries.some((recovery) => !migrations.some((each) => each.name === recovery.migration && each.detail === newer));
  const pending = migrations.filter((each) => each.state === 'pending').map((each) => each.name);
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    next: isBlocked ? [] : pending,
    recoveries,
    problems: [],
  };
}

const newer = 'newer than every file here; Flyway lets it pass as "Future"';

interface FlywayRecord {
  rows: readonly Row[];
  /** The row that counts of each version: the newest, unless it says that the version was undone or given up. */
  versioned: ReadonlyMap<string, Row>;
  baseline: string | null;
  newest: string | null;
}

function isBaseline(row: Row): boolean {
  return row.type === 'BASELINE' || row.type === 'SQL_BASELINE';
}

function recordOf(rows: readonly Row[]): FlywayRecord {
  const versioned = new Map<string, Row>();
  for (const row of rows) {
    if (row.version === null) continue;
    if (row.type === 'DELETE' || row.type.startsWith('UNDO')) versioned.delete(normalVersion(row.version));
    else versioned.set(normalVersion(row.version), row);
  }
  const versions = [...versioned.keys()].sort(compare);
  const baseline = versions.filter((version) => isBaseline(versioned.get(version)!)).at(-1) ?? null;
  return { rows, versioned, baseline, newest: versions.at(-1) ?? null };
}

function statusOf(call: ToolCall, migration: Migration, { rows, versioned, baseline, newest }: FlywayRecord): MigrationStatus {
  const version = flywayVersion(migration.file);
  const status: MigrationStatus = {
    name: migration.name,
    state: 'pending',
    edited: null,
    outOfOrder: false,
    appliedAt: null,
    detail: null,
  };
  if (version === null) return repeatableStatus(migration, status, rows);
  const row = versioned.get(version);
  const isOfFile = row !== undefined && (!isBaseline(row) || row.script === migration.name);
  if (!isOfFile) {
    const below = baseline !== null && compare(version, baseline) <= 0;
    if (below) return { ...status, state: 'skipped', detail: `at or below the baseline ${baseline}` };
    return { ...status, outOfOrder: newest !== null && compare(version, newest) < 0 };
  }
  const text = migration.unrendered === 'java' ? null : call.repository.tryRead(migration.file);
  return {
    ...status,
    state: row.success ? 'applied' : 'failed',
    edited: row.checksum === null || text === null ? null : row.checksum !== flywayChecksum(text),
    appliedAt: row.at,
  };
}

/** A repeatable runs again whenever its text is another, after placeholders were replaced. */
function repeatableStatus(migration: Migration, status: MigrationStatus, rows: readonly Row[]): MigrationStatus {
  const description = /__(.*?)(?:\.\w+)?$/.exec(migration.name)?.[1]?.replaceAll('_', ' ');
  const row = rows.findLast((each) => each.version === null && each.description === description);
  if (row === undefined || row.type === 'DELETE') return status;
  const appliedAt = row.at;
  if (!row.success) return { ...status, state: 'failed', appliedAt };
  if (migration.notes.some((note) => note.message.includes('flyway:timestamp')))
    return { ...status, appliedAt, detail: 'runs every time: its text holds the time of the run' };
  if (migration.notes.some((note) => note.message.startsWith('templated')) || migration.up === null)
    return {
      ...status,
      state: 'applied',
      appliedAt,
      detail: 'whether it runs again is not known: its text depends on values that are not in the project',
    };
  return { ...status, state: row.checksum === flywayChecksum(migration.up.sql) ? 'applied' : 'pending', appliedAt };
}

function command(call: ToolCall): string {
  const words = call.stack.command ?? ['flyway'];
  if (/gradle/.test(words[0] ?? '')) return `${words.join(' ')} flywayRepair`;
  return /mvn/.test(words[0] ?? '') ? `${words.join(' ')} flyway:repair` : `${words.join(' ')} repair`;
}

function recoveryOf(status: MigrationStatus, repair: string, inOrder: boolean): Recovery[] {
  const { name } = status;
  if (status.state === 'failed') {
    return [
      {
        kind: 'failed-migration',
        migration: name,
        title: `${name} has failed (success = f); Flyway applies nothing more.`,
        why: 'It ran outside a transaction, so what came before the failure is in the database, perhaps an invalid index.',
        steps: [
          step('Undo by hand what is there of it: drop an invalid index with DROP INDEX CONCURRENTLY.'),
          step('Take the row of the failure out, then apply again.', { command: repair }),
        ],
      },
    ];
  }
  if (status.state === 'missing') {
    const isNewer = status.detail === newer;
    return [
      {
        kind: 'missing-file',
        migration: name,
        title: `${name} is applied, and its file is not there.`,
        why: isNewer
          ? 'It is newer than every file here, so Flyway lets it pass: this is an older state of the project, or the file was lost. A new version below it would be out of order.'
          : 'migrate and validate refuse with "Detected applied migration not resolved locally".',
        steps: [step('Restore the file from version control. repair would only mark it as deleted and hide that it is missing.')],
      },
    ];
  }
  if (status.edited === true) {
    return [
      {
        kind: 'edited-after-apply',
        migration: name,
        title: `${name} was edited after it was applied: the checksums differ.`,
        why: 'migrate and validate refuse with "Migration checksum mismatch". New databases would get another schema than this one.',
        steps: [
          step('Take the edit back, and put the change into a new version.'),
          step('Only when the edit changes nothing, and was reviewed: bless it.', { command: repair }),
        ],
      },
    ];
  }
  if (!status.outOfOrder || !inOrder || status.state !== 'pending') return [];
  return [
    {
      kind: 'out-of-order',
      migration: name,
      title: `${name} is older than what is applied, and was never applied.`,
      why: 'migrate refuses with "Detected resolved migration not applied to database". It comes from a branch that was merged late.',
      steps: [
        step('If nobody applied it: renumber it above the newest version. -outOfOrder=true leaves the history in another order for ever.'),
      ],
    },
  ];
}
