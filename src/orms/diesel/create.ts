/** Writes a Diesel migration: up.sql, down.sql, and metadata.toml where it runs outside a transaction. */
import { LockkeeperError } from '../../core/errors.js';
import { writeNew } from '../run/write-files.js';
import type { CreatedMigration, NewMigration, ToolCall } from '../tool.js';
import { dieselVersion } from './history.js';

/** @throws LockkeeperError NOT_OFFERED without SQL, BAD_USAGE, WOULD_OVERWRITE */
export async function createDiesel(call: ToolCall, wanted: NewMigration): Promise<CreatedMigration> {
  if (wanted.sql === null) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      'Diesel’s --diff-schema takes schema.rs for the truth and proposes to drop what it does not know; it is not used.',
      'Give the SQL (--sql), then let diesel print-schema write schema.rs.',
    );
  }
  if (wanted.outsideTransaction) for (const sql of [wanted.sql, wanted.down]) refuseCompany(sql);
  const parent = call.stack.migrationFolders[0] ?? (call.stack.folder === '.' ? 'migrations' : `${call.stack.folder}/migrations`);
  const folder = `${parent}/${prefix(call, wanted.now)}_${wanted.name}`;
  const files = [
    { path: `${folder}/up.sql`, text: ended(wanted.sql) },
    ...(wanted.down === null ? [] : [{ path: `${folder}/down.sql`, text: ended(wanted.down) }]),
    ...(wanted.outsideTransaction ? [{ path: `${folder}/metadata.toml`, text: 'run_in_transaction = false\n' }] : []),
  ];
  await writeNew(call.repository.root, files);
  return {
    name: folder.slice(folder.lastIndexOf('/') + 1),
    files: files.map(({ path }) => ({ path, change: 'created' })),
    modelsNeed: ['src/schema.rs must follow: diesel print-schema writes it from a database that has the migration.'],
    notes: wanted.down === null ? ['There is no way back: diesel migration revert fails without down.sql. Give one with --down.'] : [],
  };
}

/** Diesel sends a file as one message, and several statements in one message are a transaction. */
function refuseCompany(sql: string | null): void {
  const text = (sql ?? '').replace(/--[^\n]*|'(?:[^']|'')*'|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$/g, '').trim();
  if (!/;\s*\S/.test(text)) return;
  throw new LockkeeperError(
    'BAD_USAGE',
    'Diesel sends a file as one message: a statement that cannot run in a transaction must be alone in it.',
    'Create one migration for each such statement.',
  );
}

const longestLead = 24 * 60 * 60 * 1000;

/**
 * `2026-11-22-133618-0000`, as diesel 2.3 writes it, and after every version that is there: several that are made within a second
 * are ahead of the clock.
 */
function prefix(call: ToolCall, now: Date): string {
  const newest = call.migrations.map(dieselVersion).sort().at(-1) ?? '';
  const [, date, time] = /^(\d{8})(\d{6})/.exec(newest) ?? [];
  const made = date && time ? Date.parse(`${dashed(date)}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`) : Number.NaN;
  const ahead = made > now.getTime() && made - now.getTime() < longestLead;
  const stamp = new Date(ahead ? made : now).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  for (let number = 0; number < 9999; number += 1) {
    const candidate = `${stamp}-${String(number).padStart(4, '0')}`;
    if (candidate.replaceAll('-', '') > newest) return candidate;
  }
  throw new LockkeeperError('BAD_USAGE', `The newest migration, ${newest}, is dated in the future.`, 'Mend its name if nobody applied it.');
}

function dashed(date: string): string {
  return date.replace(/(....)(..)(..)/, '$1-$2-$3');
}

function ended(sql: string): string {
  const text = sql.trim();
  return `${text.endsWith(';') ? text : `${text};`}\n`;
}
