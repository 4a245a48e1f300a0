/** Writes a goose migration: number in the folder's own style, annotations, statements kept whole. */
import { LockkeeperError } from '../../core/errors.js';
import { baseName } from '../paths.js';
import { writeNew } from '../run/write-files.js';
import type { CreatedMigration, NewMigration, ToolCall } from '../tool.js';
import { gooseVersion } from './history.js';

/** @throws LockkeeperError NOT_OFFERED without SQL, WOULD_OVERWRITE */
export async function createGoose(call: ToolCall, wanted: NewMigration): Promise<CreatedMigration> {
  if (wanted.sql === null) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      'goose makes no migrations from models.',
      'Give the SQL (--sql). GORM’s AutoMigrate writes no files either; write what it would do as SQL.',
    );
  }
  const folder = call.stack.migrationFolders[0];
  if (folder === undefined)
    throw new LockkeeperError('BAD_USAGE', 'The stack has no migration folder.', 'Make the folder that goose is told to use.');
  const name = `${nextNumber(call, wanted.now)}_${wanted.name}.sql`;
  const path = folder === '.' ? name : `${folder}/${name}`;
  await writeNew(call.repository.root, [{ path, text: fileText(wanted) }]);
  return {
    name,
    files: [{ path, change: 'created' }],
    modelsNeed: ['The structs of GORM, where there are any, must follow: goose does not read them.'],
    notes: wanted.down === null ? ['There is no way back: goose down would delete the record and undo nothing. Give one with --down.'] : [],
  };
}

/** A sequence goes on with as many digits; timestamps are taken from the clock, later than every one that is there. */
function nextNumber(call: ToolCall, now: Date): string {
  const last = call.migrations.at(-1);
  const digits = last === undefined ? 14 : (/^\d+/.exec(baseName(last.file))?.[0].length ?? 14);
  const highest = call.migrations.map(gooseVersion).reduce((most, version) => (version > most ? version : most), 0n);
  if (digits < 14) return String(highest + 1n).padStart(digits, '0');
  const stamp = BigInt(now.toISOString().replace(/\D/g, '').slice(0, 14));
  return String(stamp > highest ? stamp : highest + 1n);
}

function fileText(wanted: NewMigration): string {
  const head = wanted.outsideTransaction ? '-- +goose NO TRANSACTION\n' : '';
  const down = wanted.down === null ? '' : `\n-- +goose Down\n${section(wanted.down)}`;
  return `${head}-- +goose Up\n${section(wanted.sql ?? '')}${down}`;
}

/** goose cuts at each line that ends with a semicolon; bodies in dollar quotes need the annotations round them. */
function section(sql: string): string {
  const text = sql.trim();
  if (/\$(?:[A-Za-z_]\w*)?\$/.test(text))
    return `-- +goose StatementBegin\n${text.endsWith(';') ? text : `${text};`}\n-- +goose StatementEnd\n`;
  return `${text.endsWith(';') ? text : `${text};`}\n`;
}
