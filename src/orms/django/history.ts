/** Where Django's migrations stand: rows of `django_migrations` beside the graph of the files. */
import type { History, MigrationStatus, Recovery } from '../../core/history.js';
import type { Migration } from '../../core/stack.js';
import { historyTable, isoTime, literal, step } from '../history-table.js';
import type { Reader, ToolCall } from '../tool.js';
import { splitName } from './command.js';

/** Reads Django's table. Rows of applications that are not the repository's are nobody's business here. */
export async function djangoHistory(call: ToolCall, read: Reader): Promise<History> {
  const table = await historyTable(read, 'django_migrations');
  const rows = table.exists
    ? await read.query<{ name: string; at: string | null }>(
        `SELECT app || '.' || name AS name, ${isoTime("applied AT TIME ZONE 'UTC'")} AS at FROM ${table.name} ORDER BY id`,
      )
    : [];
  const recorded = new Map(rows.map((row) => [row.name, row.at]));
  const applied = new Set(call.migrations.filter((each) => isApplied(each, recorded)).map((each) => each.name));
  const known = new Set(call.migrations.flatMap((each) => [each.name, ...(each.replaces ?? [])]));
  const apps = new Set(call.migrations.map((each) => splitName(each.name).app));
  const missing = [...recorded.keys()].filter((name) => apps.has(splitName(name).app) && !known.has(name));
  const leaves = conflicts(call.migrations);
  const inconsistent = call.migrations.filter(
    (each) => applied.has(each.name) && each.parents?.some((parent) => known.has(parent) && !applied.has(parent) && !recorded.has(parent)),
  );
  const migrations: MigrationStatus[] = call.migrations.map((each) => ({
    name: each.name,
    state: applied.has(each.name) ? 'applied' : 'pending',
    edited: null,
    outOfOrder: !applied.has(each.name) && call.migrations.some((other) => applied.has(other.name) && other.parents?.includes(each.name)),
    appliedAt: recorded.get(each.name) ?? null,
    detail: null,
  }));
  for (const name of missing)
    migrations.push({ name, state: 'missing', edited: null, outOfOrder: false, appliedAt: recorded.get(name) ?? null, detail: null });
  const command = (call.stack.command ?? ['python', 'manage.py']).join(' ');
  const blocked = leaves.length > 0 || inconsistent.length > 0;
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    next: blocked ? [] : migrations.filter((each) => each.state === 'pending').map((each) => each.name),
    recoveries: [
      ...leaves.map((names) => conflictRecovery(names, command)),
      ...inconsistent.map((each) => inconsistentRecovery(each, recorded, known, table.name)),
      ...missing.map((name) => missingRecovery(name, command)),
    ],
    problems: [],
  };
}

/** A squashed migration counts as applied when all that it stands for are. */
function isApplied(migration: Migration, recorded: ReadonlyMap<string, unknown>): boolean {
  const { replaces = [] } = migration;
  return recorded.has(migration.name) || (replaces.length > 0 && replaces.every((name) => recorded.has(name)));
}

/** Applications with several leaf nodes. */
function conflicts(migrations: readonly Migration[]): string[][] {
  const leaves = new Map<string, string[]>();
  for (const each of migrations) {
    const { app } = splitName(each.name);
    const hasChild = migrations.some((other) => splitName(other.name).app === app && other.parents?.includes(each.name));
    if (!hasChild) leaves.set(app, [...(leaves.get(app) ?? []), each.name]);
  }
  return [...leaves.values()].filter((names) => names.length > 1);
}

function conflictRecovery(names: readonly string[], command: string): Recovery {
  return {
    kind: 'several-heads',
    migration: null,
    title: `Conflicting migrations: ${names.join(', ')} are both the last of their application.`,
    why: 'migrate and makemigrations refuse with "Conflicting migrations detected". Two branches were merged, each with a migration of its own.',
    steps: [
      step('Join them with an empty migration, and commit it.', { command: `${command} makemigrations --merge --noinput` }),
      step('Or renumber the one that nobody applied and let it depend on the other.'),
    ],
  };
}

function inconsistentRecovery(
  migration: Migration,
  recorded: ReadonlyMap<string, unknown>,
  known: ReadonlySet<string>,
  table: string,
): Recovery {
  const parent = migration.parents?.find((each) => known.has(each) && !recorded.has(each)) ?? '';
  const { app, migration: name } = splitName(parent);
  return {
    kind: 'inconsistent-history',
    migration: migration.name,
    title: `${migration.name} is applied before its dependency ${parent}.`,
    why: 'Every command but showmigrations ends with InconsistentMigrationHistory, --fake too. A row was deleted, or a dependency was added to an applied migration.',
    steps: [
      step(`Look whether what ${parent} does is in the database.`),
      step('If it is: add its row, after a review.', {
        sql: `INSERT INTO ${table} (app, name, applied) VALUES (${literal(app)}, ${literal(name)}, now());`,
      }),
      step(`If it is not: take back ${migration.name} by hand and delete its row, after a review.`),
    ],
  };
}

function missingRecovery(name: string, command: string): Recovery {
  const { app } = splitName(name);
  return {
    kind: 'missing-file',
    migration: name,
    title: `${name} is applied, and there is no file of it.`,
    why: 'Django passes over such rows without a word. The file was deleted or renamed, or the database belongs to another branch.',
    steps: [
      step('Restore the file from version control.'),
      step('Only when it was squashed away or taken back: forget such rows (Django 4.1 and later).', {
        command: `${command} migrate ${app} --prune`,
      }),
    ],
  };
}
