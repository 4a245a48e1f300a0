/** Where revisions stand: the rows of `alembic_version` and all their ancestors are applied. */
import type { History, MigrationStatus, Recovery } from '../../core/history.js';
import type { Migration } from '../../core/stack.js';
import { historyTable, literal, step } from '../history-table.js';
import type { Reader, ToolCall } from '../tool.js';

/** Reads Alembic's table and walks the graph of the files. Alembic keeps no checksum, no date, no order. */
export async function alembicHistory(call: ToolCall, read: Reader): Promise<History> {
  const { settings = {} } = call.stack;
  const table = await historyTable(read, settings['historyTable'] ?? 'alembic_version', settings['historySchema']);
  const rows = table.exists ? await read.query<{ revision: string }>(`SELECT version_num AS revision FROM ${table.name} ORDER BY 1`) : [];
  const byName = new Map(call.migrations.map((migration) => [migration.name, migration]));
  const missing = rows.map((row) => row.revision).filter((revision) => !byName.has(revision));
  const applied = ancestors(
    rows.map((row) => row.revision),
    byName,
  );
  const command = (call.stack.command ?? ['alembic']).join(' ');
  const heads = call.stack.heads.filter((head) => byName.has(head));
  const lateHeads = heads.length > 1 ? heads.filter((head) => !applied.has(head)) : [];
  const lastApplied = call.migrations.findLastIndex((each) => applied.has(each.name));
  const migrations: MigrationStatus[] = call.migrations.map((migration, at) => ({
    name: migration.name,
    // A lost revision hides its ancestors: what is not proven applied is not known.
    state: applied.has(migration.name) ? 'applied' : missing.length > 0 ? 'unknown' : 'pending',
    edited: null,
    outOfOrder: missing.length === 0 && !applied.has(migration.name) && at < lastApplied,
    appliedAt: null,
    detail: null,
  }));
  for (const name of missing) migrations.push({ name, state: 'missing', edited: null, outOfOrder: false, appliedAt: null, detail: null });
  return {
    table: table.name,
    exists: table.exists,
    migrations,
    // A row that no file explains stops every command.
    next: missing.length > 0 ? [] : migrations.filter((each) => each.state === 'pending').map((each) => each.name),
    recoveries: [
      ...missing.map((name) => lostRecovery(name, command, table.name)),
      ...(lateHeads.length > 0 ? [headsRecovery(heads, command)] : []),
    ],
    problems: [],
  };
}

function ancestors(revisions: readonly string[], byName: ReadonlyMap<string, Migration>): Set<string> {
  const found = new Set<string>();
  const queue = revisions.filter((revision) => byName.has(revision));
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    queue.push(...(byName.get(name)?.parents ?? []).filter((parent) => byName.has(parent)));
  }
  return found;
}

function lostRecovery(name: string, command: string, table: string): Recovery {
  return {
    kind: 'missing-file',
    migration: name,
    title: `The database is at revision ${name}, and there is no such file.`,
    why: `Every command ends with "Can't locate revision identified by ${name}", stamp head too. The file was deleted, or the database belongs to another branch.`,
    steps: [
      step('Restore the file from version control, or fetch the branch that has it.'),
      step('Only after comparing the schema: say which revision is true.', { command: `${command} stamp --purge REVISION` }),
      step('What the table holds:', { sql: `SELECT * FROM ${table} WHERE version_num = ${literal(name)};` }),
    ],
  };
}

function headsRecovery(heads: readonly string[], command: string): Recovery {
  return {
    kind: 'several-heads',
    migration: null,
    title: `There are ${heads.length} heads: ${heads.join(', ')}.`,
    why: '"upgrade head" refuses, and autogenerate too. Two branches were merged, each with a revision of its own.',
    steps: [
      step('Join them with an empty revision, and commit it. Never edit the down_revision of one that was applied.', {
        command: `${command} merge -m "merge heads" ${heads.join(' ')}`,
      }),
    ],
  };
}
