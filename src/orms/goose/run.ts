/** Applies and takes back one goose migration with the stack's own program. */
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import { join } from 'node:path';
import { baseName } from '../paths.js';
import { runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { TargetCall, ToolRun } from '../tool.js';

/** `goose up-by-one`: the next one only. The caller knows that it is the one. */
export function applyGoose(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return goose(call, migration, 'up-by-one', []);
}

/** `goose up-to <version>`: everything up to it. */
export function applyGooseUntil(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return goose(call, migration, 'up-to', [], [String(Number.parseInt(baseName(migration.file), 10))]);
}

/** `goose down`. Without a Down section goose would delete the record and undo nothing, so it is not asked. */
export async function rollbackGoose(call: TargetCall, migration: Migration): Promise<ToolRun> {
  if (migration.unrendered === null && (migration.down === null || migration.down.sql.trim() === '')) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${migration.name} has no Down section: goose down would delete its record and undo nothing.`,
      'Write the Down section, or a new migration that takes the change back.',
    );
  }
  return goose(call, migration, 'down', []);
}

async function goose(call: TargetCall, migration: Migration, command: string, notes: string[], words: string[] = []): Promise<ToolRun> {
  const { stack, address } = call;
  if (stack.command === null) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${stack.id} has Go migrations: only the program of the project can run them.`,
      'Run that program on a copy of the database; its SQL files can be applied when they have a folder of their own.',
    );
  }
  const folder = stack.migrationFolders[0] ?? stack.folder;
  const result = await runChild({
    words: [
      ...stack.command,
      '-env=none',
      '-dir',
      join(call.repository.root, folder),
      '-table',
      stack.settings?.historyTable ?? 'goose_db_version',
      command,
      ...words,
    ],
    folder: join(call.repository.root, stack.folder),
    environment: toolEnvironment(call.environment, { GOOSE_DRIVER: 'postgres', GOOSE_DBSTRING: address.url }),
    secrets: [address.password, address.url, call.repository.root],
    ...(call.signal ? { signal: call.signal } : {}),
    ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
  });
  return {
    commands: [result.command],
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    said: result.said,
    error: errorOf(result.said, migration),
    notes,
  };
}

/** `ERROR: relation "x" does not exist (SQLSTATE 42P01)`, as goose passes it on. */
function errorOf(said: string, migration: Migration): ToolRun['error'] {
  const found = /ERROR: ((?:(?!ERROR: ).)*?) \(SQLSTATE ([0-9A-Z]{5})\)/s.exec(said);
  if (found) return { sqlState: found[2]!, message: found[1]! };
  const panic = /goose run: .*|panic: .*|ERROR .*/.exec(said)?.[0];
  return panic === undefined || !said.includes(migration.name) ? null : { sqlState: null, message: panic };
}
