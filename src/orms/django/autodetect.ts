/** Lets Django compare models and migration files, with the answers that a person gave and no others. */
import { relative } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { writeNew } from '../run/write-files.js';
import type { Address, CreatedMigration, NewMigration, ToolCall } from '../tool.js';
import { manage } from './command.js';

/** Runs in the project's own Django; needs no database. Prints one line: LOCKKEEPER and JSON. */
const program = String.raw`
import json, os
from django.apps import apps
from django.db import migrations as kinds
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

given = json.loads(os.environ["LOCKKEEPER_CREATE"])
answers = {(r["from"].lower(), r["to"].lower()) for r in given["renames"]}
used, candidates, refusals = set(), [], []

def said(old, new):
    if (old.lower(), new.lower()) in answers:
        used.add((old.lower(), new.lower())); return True
    candidates.append(old + "=" + new); return False

class Questioner(MigrationQuestioner):
    def ask_initial(self, app_label): return True
    def ask_rename(self, model, old, new, field): return said("%s.%s" % (model, old), "%s.%s" % (model, new))
    def ask_rename_model(self, old, new): return said(old.name, new.name)
    def _refuse(self, text): refusals.append(text); return None
    def ask_not_null_addition(self, field, model): return self._refuse("%s.%s is required and has no default: rows that are there have no value for it" % (model, field))
    def ask_not_null_alteration(self, field, model): return self._refuse("%s.%s becomes required and has no default for rows without a value" % (model, field))
    def ask_auto_now_add_addition(self, field, model): return self._refuse("%s.%s is filled when a row is made: rows that are there have no value for it" % (model, field))
    def ask_unique_callable_default_addition(self, field, model): return None

loader = MigrationLoader(None, ignore_no_migrations=True)
state = ProjectState.from_apps(apps)
detector = MigrationAutodetector(loader.project_state(), state, Questioner(defaults={"ask_initial": True}, specified_apps=set()))
app = given["app"]
changes = detector.changes(graph=loader.graph, trim_to_apps={app} if app else None, convert_apps={app} if app else None, migration_name=given["name"])
files = []
for label, made in changes.items():
    for migration in made:
        for one in migration.operations:
            for other in migration.operations:
                if isinstance(one, kinds.RemoveField) and isinstance(other, kinds.AddField) and one.model_name_lower == other.model_name_lower:
                    candidates.append("%s.%s=%s.%s" % (one.model_name, one.name, other.model_name, other.name))
                if isinstance(one, kinds.DeleteModel) and isinstance(other, kinds.CreateModel):
                    candidates.append("%s=%s" % (one.name, other.name))
        writer = MigrationWriter(migration, include_header=True)
        files.append({"app": label, "name": migration.name, "path": writer.path, "text": writer.as_string()})
conflicts = loader.detect_conflicts()
print("\nLOCKKEEPER " + json.dumps({"files": files, "candidates": sorted(set(candidates)), "refusals": refusals, "unused": sorted("=".join(a) for a in answers - used), "conflicts": {k: sorted(v) for k, v in conflicts.items()}}))
`;

interface Answer {
  files: { app: string; name: string; path: string; text: string }[];
  candidates: string[];
  refusals: string[];
  unused: string[];
  conflicts: Record<string, string[]>;
}

const nowhere: Address = {
  host: '127.0.0.1',
  port: 1,
  user: 'nobody',
  password: null,
  database: 'nowhere',
  searchPath: null,
  url: 'postgresql://nobody@127.0.0.1:1/nowhere',
};

/**
 * What makemigrations would write, but that a rename or a missing default is refused where it would be guessed.
 *
 * @throws LockkeeperError NOTHING_TO_DO, BAD_USAGE, TOOL_FAILED, WOULD_OVERWRITE; then no file is left
 */
export async function autodetect(call: ToolCall, wanted: NewMigration): Promise<CreatedMigration> {
  const given = { name: wanted.name, app: wanted.place, renames: wanted.renames };
  const environment = { ...call.environment, LOCKKEEPER_CREATE: JSON.stringify(given) };
  const result = await manage({ ...call, environment }, nowhere, ['shell', '-v', '0', '-c', program]);
  const line = /^LOCKKEEPER (\{.*\})$/m.exec(result.stdout)?.[1];
  if (line === undefined) {
    const last =
      result.said
        .split('\n')
        .filter((each) => each.trim() !== '')
        .at(-1) ?? '';
    throw new LockkeeperError(
      'TOOL_FAILED',
      `Django could not compare models and migrations: ${last.slice(0, 300)}`,
      'Mend what it names, then create the migration again.',
    );
  }
  const answer = JSON.parse(line) as Answer;
  refuse(answer);
  const root = call.repository.root;
  const files = answer.files.map((file) => ({ path: relative(root, file.path).replaceAll('\\', '/'), text: file.text }));
  if (files.some((file) => file.path.startsWith('..')))
    throw new LockkeeperError(
      'PATH_OUTSIDE_PROJECT',
      'An application outside the project would get a migration; nothing was written.',
      'Name the application with --app.',
    );
  await writeNew(root, files);
  const first = answer.files[0]!;
  return {
    name: `${first.app}.${first.name}`,
    files: files.map(({ path }) => ({ path, change: 'created' })),
    modelsNeed: [],
    notes: [
      'The settings and applications of the project ran.',
      ...(files.length > 1 ? ['Several applications changed: each got its own file.'] : []),
    ],
  };
}

function refuse(answer: Answer): void {
  const clashes = Object.entries(answer.conflicts);
  if (clashes.length > 0)
    throw new LockkeeperError(
      'BAD_USAGE',
      `Conflicting migrations: ${clashes.map(([app, names]) => `${names.join(' and ')} in ${app}`).join('; ')}.`,
      'Join them first with makemigrations --merge.',
    );
  if (answer.candidates.length > 0) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `A field goes and another comes: renamed, or dropped with its data? Candidates: ${answer.candidates.slice(0, 6).join(', ')}.`,
      'Ask the user. If it is a rename, say --rename with that candidate; if not, make two migrations: first add the new field, later remove the old one.',
    );
  }
  if (answer.refusals.length > 0)
    throw new LockkeeperError(
      'BAD_USAGE',
      `${answer.refusals.join('; ')}.`,
      'Give the field null=True, a default, or db_default (Django 5), and fill it before it becomes required.',
    );
  if (answer.unused.length > 0)
    throw new LockkeeperError(
      'BAD_USAGE',
      `The models do not rename ${answer.unused.join(', ')}.`,
      'Write --rename model.old=model.new with the names of the models.',
    );
  if (answer.files.length === 0)
    throw new LockkeeperError(
      'NOTHING_TO_DO',
      'The models and the migrations agree: there is nothing to write.',
      'Change the models first.',
    );
}
