/** Where Drizzle's migrations stand. In 0.x the newest date decides what runs: an older entry that was merged late never does. */
import { createHash } from 'node:crypto';
import type { History, MigrationStatus, Recovery } from '../../core/history.js';
import type { Migration } from '../../core/stack.js';
import { historyTable, literal, step } from '../history-table.js';
import { at, isTable, readJson, textAt } from '../readers/formats.js';
import type { Reader, ToolCall } from '../tool.js';

interface Row {
  hash: string;
  created: number;
  name: string | null;
}

/** Date of each migration in milliseconds, by its name: the journal's `when`, or the digits of the folder (1.x). */
export function drizzleDates(call: ToolCall): Map<string, number> {
  const dates = new Map<string, number>();
  for (const folder of call.stack.migrationFolders) {
    const entries = at(readJson(call.repository, `${folder}/meta/_journal.json`), 'entries');
    for (const entry of Array.isArray(entries) ? entries : []) {
      const tag = textAt(entry, 'tag');
      if (tag !== null && isTable(entry)) dates.set(tag, Number(entry['when']));
    }
  }
  for (const { name } of call.migrations) {
    const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(name) ?? [];
    if (!dates.has(name) && second !== undefined)
      dates.set(name, Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)));
  }
  return dates;
}

/** Reads Drizzle's table and compares it with files and journal. */
export async function drizzleHistory(call: ToolCall, read: Reader): Promise<History> {
  const { settings = {} } = call.stack;
  const table = await historyTable(read, settings['historyTable'] ?? '__drizzle_migrations', settings['historySchema'] ?? 'drizzle');
  const rows = table.exists ? await readRows(read, table.name) : [];
  const dates = drizzleDates(call);
  const named = settings['format'] === 'folders';
  const newest = rows.reduce((most, row) => Math.max(most, row.created), Number.NEGATIVE_INFINITY);
  const lastName = rows.reduce((most, row) => (row.name !== null && row.name > most ? row.name : most), '');
  // 1.0 matches rows of 0.x by the second; its folders carry no more.
  const second = (time: number | undefined): number => Math.floor((time ?? Number.NaN) / 1000);
  const same = (row: Row, name: string): boolean =>
    named ? second(row.created) === second(dates.get(name)) : row.created === dates.get(name);
  const rowOf = (name: string): Row | undefined =>
    rows.find((row) => row.name === name) ?? rows.find((row) => row.name === null && same(row, name));
  const migrations = call.migrations.map((migration) =>
    statusOf(migration, rowOf(migration.name), dates.get(migration.name) ?? 0, named ? { lastName } : { newest }),
  );
  const explained = new Set(call.migrations.map((migration) => rowOf(migration.name)));
  const missing = rows.filter((row) => !explained.has(row));
  for (const row of missing) {
    const name = row.name ?? [...dates].find(([, when]) => when === row.created)?.[0] ?? new Date(row.created).toISOString();
    migrations.push({ name, state: 'missing', edited: null, outOfOrder: false, appliedAt: null, detail: null });
  }
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    next: migrations.filter((each) => each.state === 'pending').map((each) => each.name),
    recoveries: migrations.flatMap((each) => recoveryOf(each, table.name)),
    problems: [],
  };
}

async function readRows(read: Reader, table: string): Promise<Row[]> {
  const columns = await read.query<{ name: string }>(
    `SELECT attname AS name FROM pg_catalog.pg_attribute WHERE attrelid = ${literal(table)}::regclass AND attnum > 0 AND NOT attisdropped`,
  );
  const name = columns.some((column) => column.name === 'name') ? 'name' : 'NULL::text';
  const rows = await read.query<{ hash: string; created: string; name: string | null }>(
    `SELECT hash, created_at::text AS created, ${name} AS name FROM ${table} ORDER BY created_at`,
  );
  return rows.map((row) => ({ ...row, created: Number(row.created) }));
}

/** @param last date of the newest row, which decides in 0.x; the last applied name, which does not, in 1.0 */
function statusOf(
  migration: Migration,
  row: Row | undefined,
  when: number,
  last: { newest: number } | { lastName: string },
): MigrationStatus {
  const skipped = row === undefined && 'newest' in last && when <= last.newest;
  const late = row === undefined && 'lastName' in last && migration.name < last.lastName;
  return {
    name: migration.name,
    state: row !== undefined ? 'applied' : skipped ? 'skipped' : 'pending',
    edited: row === undefined || migration.up === null ? null : row.hash !== createHash('sha256').update(migration.up.sql).digest('hex'),
    outOfOrder: skipped || late,
    appliedAt: null,
    detail: null,
  };
}

function recoveryOf(status: MigrationStatus, table: string): Recovery[] {
  const { name } = status;
  if (status.state === 'skipped') {
    return [
      {
        kind: 'skipped-for-ever',
        migration: name,
        title: `${name} will never run on this database: its date is not after the newest applied one.`,
        why: 'drizzle-kit migrate compares dates only, reports success and passes over it. It comes from a branch that was merged late.',
        steps: [step('If nobody applied it yet: give its entry in meta/_journal.json a "when" after the newest one, and place it last.')],
      },
    ];
  }
  if (status.state === 'missing') {
    return [
      {
        kind: 'missing-file',
        migration: name,
        title: `${name} is applied, and its file is not there.`,
        why: 'With a journal entry left over drizzle-kit migrate ends without a word and applies nothing; without one it goes on as if nothing were.',
        steps: [
          step('Restore the file and its entry from version control.'),
          step('Look at the rows yourself:', {
            sql: `SELECT id, hash, to_timestamp(created_at / 1000.0) FROM ${table} ORDER BY created_at;`,
          }),
        ],
      },
    ];
  }
  if (status.edited !== true) return [];
  return [
    {
      kind: 'edited-after-apply',
      migration: name,
      title: `${name} was edited after it was applied.`,
      why: 'drizzle-kit migrate and check say nothing. New databases get another schema than this one.',
      steps: [step('Take the edit back, and put the change into a new migration.')],
    },
  ];
}
