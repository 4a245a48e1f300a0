/** Writes a Django migration behind the leaf of an application, from SQL or from the models. */
import { LockkeeperError } from '../../core/errors.js';
import { parentFolder } from '../paths.js';
import { writeNew } from '../run/write-files.js';
import type { CreatedMigration, NewMigration, ToolCall } from '../tool.js';
import { autodetect } from './autodetect.js';
import { splitName } from './command.js';

/** @throws LockkeeperError BAD_USAGE, WOULD_OVERWRITE, and what `autodetect` throws */
export async function createDjango(call: ToolCall, wanted: NewMigration): Promise<CreatedMigration> {
  if (wanted.sql === null) return autodetect(call, wanted);
  const { app, folder } = placeOf(call, wanted.place);
  const own = call.migrations.filter((each) => splitName(each.name).app === app);
  const leaves = own.filter((each) => !own.some((other) => other.parents?.includes(each.name)));
  if (leaves.length > 1) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `${leaves.map((each) => each.name).join(', ')} are both the last of ${app}: a new migration has no place.`,
      `Join them first: ${(call.stack.command ?? ['python', 'manage.py']).join(' ')} makemigrations --merge --noinput.`,
    );
  }
  const last = leaves[0];
  const number = Math.max(0, ...own.map((each) => Number(/^\d+/.exec(splitName(each.name).migration)?.[0] ?? 0))) + 1;
  const name = `${String(number).padStart(4, '0')}_${wanted.name}`;
  const path = `${folder}/${name}.py`;
  const files = [{ path, text: fileText(wanted, last === undefined ? null : splitName(last.name)) }];
  if (!call.repository.hasFile(`${folder}/__init__.py`)) files.push({ path: `${folder}/__init__.py`, text: '' });
  await writeNew(call.repository.root, files);
  return {
    name: `${app}.${name}`,
    files: files.map((file) => ({ path: file.path, change: 'created' })),
    modelsNeed: [
      'RunSQL does not tell Django what it changed: put the same change into state_operations, or makemigrations will write it a second time.',
    ],
    notes: wanted.down === null ? ['There is no way back: migrate backwards ends with IrreversibleError. Give one with --down.'] : [],
  };
}

function placeOf(call: ToolCall, place: string | null): { app: string; folder: string } {
  const folders = new Map(call.migrations.map((each) => [splitName(each.name).app, parentFolder(each.file)]));
  const only = folders.size === 1 ? [...folders.keys()][0]! : null;
  const app = place ?? only;
  const folder = app === null ? undefined : (folders.get(app) ?? call.stack.migrationFolders.find((each) => each.split('/').includes(app)));
  if (app !== null && folder !== undefined) return { app, folder };
  throw new LockkeeperError(
    'BAD_USAGE',
    'Which application the migration belongs to is not clear.',
    `Name it with --app: ${[...folders.keys()].join(', ')}.`,
  );
}

function fileText(wanted: NewMigration, parent: { app: string; migration: string } | null): string {
  const dependencies = parent === null ? '[]' : `[("${parent.app}", "${parent.migration}")]`;
  const atomic = wanted.outsideTransaction ? '    # A statement here cannot run in a transaction.\n    atomic = False\n' : '';
  const reverse = wanted.down === null ? '' : `\n            reverse_sql=${python(wanted.down)},`;
  return `from django.db import migrations


class Migration(migrations.Migration):
${atomic}    dependencies = ${dependencies}

    operations = [
        migrations.RunSQL(
            sql=${python(wanted.sql ?? '')},${reverse}
        ),
    ]
`;
}

/** A string of Python. Percent signs stay: RunSQL without parameters sends them as they are. */
function python(sql: string): string {
  const text = sql.trim().replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
  return text.includes('\n') ? `"""\n${text}\n"""` : JSON.stringify(sql.trim());
}
