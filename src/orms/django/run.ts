/** Applies and takes back one Django migration. */
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import type { ChildResult } from '../run/child.js';
import type { TargetCall, ToolRun } from '../tool.js';
import { manage, splitName } from './command.js';

const turned =
  'The settings of the project were loaded as they are; their default connection was turned to the database that was named. What other installed applications need before it ran as well, and post_migrate signals too.';

/** `manage.py migrate app name`. */
export async function applyDjango(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const { app, migration: name } = splitName(migration.name);
  return runOf(await manage(call, call.address, ['migrate', app, name, '--noinput']));
}

/**
 * `manage.py migrate app <the one before>`.
 *
 * @throws LockkeeperError NOT_OFFERED where that would take back another branch as well
 */
export async function rollbackDjango(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const { app } = splitName(migration.name);
  const before = (migration.parents ?? []).filter((parent) => parent.startsWith(`${app}.`));
  const siblings = call.migrations.filter(
    (each) => each.name !== migration.name && each.name.startsWith(`${app}.`) && each.parents?.some((parent) => before.includes(parent)),
  );
  if (siblings.length > 0 || before.length > 1) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${migration.name} stands beside ${siblings.map((each) => each.name).join(', ') || 'another branch'}: going back to its parent takes those back too.`,
      'Go back by hand, on a copy of the database first.',
    );
  }
  const target = before[0] === undefined ? 'zero' : splitName(before[0]).migration;
  return runOf(await manage(call, call.address, ['migrate', app, target, '--noinput']));
}

function runOf(result: ChildResult): ToolRun {
  return {
    commands: [result.command],
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    said: result.said,
    error: result.exitCode === 0 ? null : errorOf(result.said),
    notes: [turned],
  };
}

/** The last exception: `django.db.utils.ProgrammingError: relation "x" does not exist`. */
function errorOf(said: string): ToolRun['error'] {
  const message =
    [...said.matchAll(/^(?:[\w.]*\.)?\w*(?:Error|Exception|Warning): (.+)$/gm)].at(-1)?.[1] ?? /CommandError: (.+)/.exec(said)?.[1] ?? null;
  return message === null ? null : { sqlState: null, message: message.trim() };
}
