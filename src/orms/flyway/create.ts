/** Writes a Flyway version in the numbering of the folder. */
import { LockkeeperError } from '../../core/errors.js';
import { baseName, isUnder, parentFolder } from '../paths.js';
import { writeNew } from '../run/write-files.js';
import type { CreatedMigration, NewMigration, ToolCall } from '../tool.js';
import { flywayVersion } from './version.js';

/** Statements that Flyway itself takes out of the transaction (source, 11.20). */
const automatic = /^\s*(?:(?:create|drop)\s+(?:unique\s+)?index\s+concurrently|vacuum|create\s+database|drop\s+database|alter\s+system)\b/i;

/** @throws LockkeeperError NOT_OFFERED without SQL, BAD_USAGE, WOULD_OVERWRITE */
export async function createFlyway(call: ToolCall, wanted: NewMigration): Promise<CreatedMigration> {
  if (wanted.sql === null) throw new LockkeeperError('NOT_OFFERED', 'Flyway knows no models.', 'Give the SQL (--sql).');
  const folder = call.stack.migrationFolders[0];
  if (folder === undefined)
    throw new LockkeeperError('BAD_USAGE', 'The stack has no location of migrations.', 'Make the folder that the configuration names.');
  if (/\$\{/.test(wanted.sql)) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'Flyway would take ${…} in the SQL for a placeholder.',
      'Write it in another way, e.g. joined from two strings.',
    );
  }
  const name = `V${nextVersion(call, wanted.now)}__${wanted.name}.sql`;
  const sql = wanted.sql.trim();
  const files = [{ path: `${folder}/${name}`, text: `${sql.endsWith(';') ? sql : `${sql};`}\n` }];
  if (wanted.outsideTransaction && !automatic.test(sql.replace(/^(?:\s*--[^\n]*\n)+/, '')))
    files.push({ path: `${folder}/${name}.conf`, text: 'executeInTransaction=false\n' });
  const rollback = `${parentFolder(folder) === '.' ? '' : `${parentFolder(folder)}/`}rollback/${name}`;
  const kept = wanted.down !== null && !call.stack.migrationFolders.some((each) => isUnder(rollback, each));
  if (kept) files.push({ path: rollback, text: `${wanted.down?.trim() ?? ''}\n` });
  await writeNew(call.repository.root, files);
  return {
    name,
    files: files.map(({ path }) => ({ path, change: 'created' })),
    modelsNeed: ['Flyway knows no models: mapped classes must follow by hand.'],
    notes: [
      'Flyway takes nothing back in its open edition.',
      ...(kept ? [`The way back is kept in ${rollback}, out of its sight: make it a new version when it is needed.`] : []),
    ],
  };
}

/** A number, a padded number, a dotted version or a timestamp, as the newest one is. */
function nextVersion(call: ToolCall, now: Date): string {
  const versioned = call.migrations.filter((each) => flywayVersion(each.file) !== null);
  const last = versioned.at(-1);
  const written = last === undefined ? null : (/^[A-Za-z]*?(\d[\d._]*?)__/.exec(baseName(last.file))?.[1] ?? null);
  if (written === null) return '1';
  const digits = now.toISOString().replace(/\D/g, '').slice(0, 14);
  if (/^\d{12,14}$/.test(written)) {
    const stamp = digits.slice(0, written.length);
    return stamp > written ? stamp : String(BigInt(written) + 1n);
  }
  return written.replace(/\d+$/, (number) => String(BigInt(number) + 1n).padStart(number.length, '0'));
}
