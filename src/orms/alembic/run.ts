/** Applies and takes back one revision. One a command: with Alembic's default all revisions of a command share a transaction. */
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import type { ChildResult } from '../run/child.js';
import type { TargetCall, ToolRun } from '../tool.js';
import { alembic } from './command.js';

const turned = 'env.py ran as it is; its connections were turned to the database that was named.';

/** `alembic upgrade <revision>`. */
export async function applyAlembic(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return runOf(await alembic(call, call.address, ['upgrade', migration.name]));
}

/**
 * `alembic downgrade <parent>`.
 *
 * @throws LockkeeperError NOT_OFFERED where that would take back another branch as well
 */
export async function rollbackAlembic(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const parents = (migration.parents ?? []).filter((parent) => call.migrations.some((each) => each.name === parent));
  const siblings = call.migrations.filter(
    (each) => each.name !== migration.name && each.parents?.some((parent) => parents.includes(parent)),
  );
  if (siblings.length > 0) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${migration.name} shares its parent with ${siblings.map((each) => each.name).join(', ')}: a downgrade to the parent takes those back too.`,
      'Downgrade by hand with the label of the branch, on a copy of the database first.',
    );
  }
  return runOf(await alembic(call, call.address, ['downgrade', parents[0] ?? 'base']));
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

/** `(psycopg.errors.UndefinedTable) relation "x" does not exist`, or what Alembic itself refuses. */
function errorOf(said: string): ToolRun['error'] {
  const database = /\((?:psycopg2?|asyncpg|pg8000)[\w.]*\)\s*(?:<[^>]*>:\s*)?([^\n]+)/.exec(said)?.[1];
  const message =
    database ??
    /FAILED: (.+)/.exec(said)?.[1] ??
    said
      .split('\n')
      .filter((line) => /^\w*(?:Error|Exception)\b/.test(line))
      .at(-1) ??
    null;
  return message === null ? null : { sqlState: null, message: message.trim() };
}
