/** Where Prisma's migrations stand: rows of `_prisma_migrations`, several a name, and the SHA-256 of each file. */
import { createHash } from 'node:crypto';
import type { History, MigrationStatus, Recovery } from '../../core/history.js';
import type { Migration } from '../../core/stack.js';
import { redact } from '../../core/redact.js';
import { historyTable, isoTime, step } from '../history-table.js';
import { byText } from '../paths.js';
import type { Reader, ToolCall } from '../tool.js';

interface Row {
  name: string;
  checksum: string;
  finished: string | null;
  rolled_back: string | null;
  logs: string | null;
}

/** Reads Prisma's table and compares it with the folders. `migrate status` is not asked: it says "up to date" of edited and lost files. */
export async function prismaHistory(call: ToolCall, read: Reader): Promise<History> {
  const table = await historyTable(read, '_prisma_migrations');
  const rows = table.exists
    ? await read.query<Row>(
        `SELECT migration_name AS name, checksum, ${isoTime("finished_at AT TIME ZONE 'UTC'")} AS finished,
                ${isoTime("rolled_back_at AT TIME ZONE 'UTC'")} AS rolled_back, logs FROM ${table.name} ORDER BY started_at`,
      )
    : [];
  const standing = new Map(rows.filter((row) => row.rolled_back === null).map((row) => [row.name, row]));
  const newest = [...standing.keys()].sort(byText).at(-1) ?? '';
  const migrations = call.migrations.map((migration) => statusOf(migration, standing.get(migration.name), newest));
  const known = new Set(call.migrations.map((migration) => migration.name));
  for (const row of [...standing.values()].filter((each) => !known.has(each.name))) {
    const at = migrations.findIndex((each) => each.name > row.name);
    const missing: MigrationStatus = {
      name: row.name,
      state: 'missing',
      edited: null,
      outOfOrder: false,
      appliedAt: row.finished,
      detail: null,
    };
    migrations.splice(at === -1 ? migrations.length : at, 0, missing);
  }
  const failed = [...standing.values()].some((row) => row.finished === null);
  const prisma = (call.stack.command ?? ['npx', '--no-install', 'prisma']).join(' ');
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    next: failed ? [] : migrations.filter((each) => each.state === 'pending').map((each) => each.name),
    recoveries: migrations.flatMap((each) => recoveryOf(each, prisma)),
    problems: [],
  };
}

function statusOf(migration: Migration, row: Row | undefined, newest: string): MigrationStatus {
  const { name } = migration;
  if (row === undefined) return { name, state: 'pending', edited: null, outOfOrder: name < newest, appliedAt: null, detail: null };
  const detail = row.finished === null ? firstLine(row.logs) : null;
  return {
    name,
    state: row.finished === null ? 'failed' : 'applied',
    edited: migration.up === null ? null : !checksums(migration.up.sql).includes(row.checksum.padStart(64, '0')),
    outOfOrder: false,
    appliedAt: row.finished,
    detail,
  };
}

/** Prisma takes the file as it is, and with either line end. */
function checksums(text: string): string[] {
  const unix = text.replaceAll('\r\n', '\n');
  return [text, unix, unix.replaceAll('\n', '\r\n')].map((each) => createHash('sha256').update(each, 'utf8').digest('hex'));
}

function firstLine(logs: string | null): string | null {
  const lines = (logs ?? '').split('\n').map((line) => line.trim());
  const said = lines.find((line) => /^ERROR|^Database error(?! code)/i.test(line)) ?? lines.find((line) => line !== '');
  return said === undefined ? null : redact(said).slice(0, 300);
}

function recoveryOf(status: MigrationStatus, prisma: string): Recovery[] {
  const { name } = status;
  if (status.state === 'failed') {
    return [
      {
        kind: 'failed-migration',
        migration: name,
        title: `${name} has failed; Prisma applies nothing more (P3009).`,
        why: 'The row is neither finished nor rolled back. From Prisma 7.4 each statement commits by itself, so a part of the file may be in the database.',
        steps: [
          step('Look which statements of the file are in the database, and undo them by hand, or finish them by hand.'),
          step('If nothing of it is there: say that it was rolled back. The file may be mended first; it will run again.', {
            command: `${prisma} migrate resolve --rolled-back ${name}`,
          }),
          step('If all of it is there: say that it is applied.', { command: `${prisma} migrate resolve --applied ${name}` }),
        ],
      },
    ];
  }
  if (status.state === 'missing') {
    return [
      {
        kind: 'missing-file',
        migration: name,
        title: `${name} is applied, and its folder is gone.`,
        why: 'migrate deploy goes on without a word; migrate dev would offer to reset the database, which drops all data.',
        steps: [step('Restore the folder from version control, or fetch the branch that has it. Do not accept a reset.')],
      },
    ];
  }
  if (status.edited !== true) return [];
  return [
    {
      kind: 'edited-after-apply',
      migration: name,
      title: `${name} was edited after it was applied.`,
      why: 'migrate deploy and status say nothing; migrate dev would offer to reset the database. New databases get another schema than this one.',
      steps: [step('Take the edit back, and put the change into a new migration.')],
    },
  ];
}
