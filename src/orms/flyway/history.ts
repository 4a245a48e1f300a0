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
          WHERE type NOT IN ('SCHEMA', 'DELETE') ORDER BY installed_rank`,
      )
    : [];
  const versioned = new Map(rows.flatMap((row) => (row.version === null ? [] : [[normalVersion(row.version), row] as const])));
  const baseline = [...versioned].find(([, row]) => row.type === 'BASELINE')?.[0] ?? null;
  const newest = [...versioned.keys()].sort(compare).at(-1) ?? null;
  const migrations = call.migrations.map((migration) => statusOf(call, migration, rows, versioned, baseline, newest));
  const known = new Set(call.migrations.map((migration) => flywayVersion(migration.file)));
  for (const [version, row] of versioned) {
    if (known.has(version) || row.type === 'BASELINE') continue;
    migrations.push({ name: row.script || version, state: 'missing', edited: null, outOfOrder: false, appliedAt: row.at, detail: null });
  }
  const inOrder = settings['outOfOrder'] !== 'true';
  const recoveries = migrations.flatMap((each) => recoveryOf(each, command(call), inOrder));
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    // Validation comes before each migrate: one bad state stops them all.
    next: recoveries.length > 0 ? [] : migrations.filter((each) => each.state === 'pending').map((each) => each.name),
    recoveries,
    problems: [],
  };
}

function statusOf(
  call: ToolCall,
  migration: Migration,
  rows: readonly Row[],
  versioned: ReadonlyMap<string, Row>,
  baseline: string | null,
  newest: string | null,
): MigrationStatus {
  const version = flywayVersion(migration.file);
  const status: MigrationStatus = {
    name: migration.name,
    state: 'pending',
    edited: null,
    outOfOrder: false,
    appliedAt: null,
    detail: null,
  };
  if (version === null) {
    // A repeatable runs again whenever its text is another.
    const description = /__(.*?)(?:\.\w+)?$/.exec(migration.name)?.[1]?.replaceAll('_', ' ');
    const row = rows.findLast((each) => each.version === null && each.description === description);
    const same = row?.success === true && migration.up !== null && row.checksum === flywayChecksum(migration.up.sql);
    return { ...status, state: row?.success === false ? 'failed' : same ? 'applied' : 'pending', appliedAt: row?.at ?? null };
  }
  const row = versioned.get(version);
  if (row === undefined || row.type === 'BASELINE') {
    const below = baseline !== null && compare(version, baseline) <= 0;
    if (below) return { ...status, state: 'skipped', detail: `at or below the baseline ${baseline}` };
    return { ...status, outOfOrder: newest !== null && compare(version, newest) < 0 };
  }
  const text = call.repository.tryRead(migration.file);
  return {
    ...status,
    state: row.success ? 'applied' : 'failed',
    edited: row.checksum === null || text === null ? null : row.checksum !== flywayChecksum(text),
    appliedAt: row.at,
  };
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
    return [
      {
        kind: 'missing-file',
        migration: name,
        title: `${name} is applied, and its file is not there.`,
        why: 'migrate and validate refuse with "Detected applied migration not resolved locally".',
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
