/** Applies and takes back one Diesel migration, from a folder that holds nothing else. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import { baseName } from '../paths.js';
import { runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { TargetCall, ToolRun } from '../tool.js';
import { dieselFolder } from './history.js';

const wayRound =
  'diesel migration run takes no target, so it saw a copy of this one folder and an empty diesel.toml: schema.rs was not rewritten. Refresh it with diesel print-schema after the last step.';

/** `diesel migration run` on a folder with this migration alone. Its exit code says little; the caller looks at the table. */
export function applyDiesel(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return alone(call, [migration], 'run');
}

/** `diesel migration run` on a folder with this migration and those before it. */
export function applyDieselUntil(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return alone(call, call.migrations.slice(0, migration.position + 1), 'run');
}

/** `diesel migration revert` on a folder with this migration alone. */
export async function rollbackDiesel(call: TargetCall, migration: Migration): Promise<ToolRun> {
  if (migration.down === null || migration.down.sql.trim() === '') {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${migration.name} has no down.sql: diesel migration revert fails on it.`,
      'Write down.sql, or a new migration that takes the change back.',
    );
  }
  return alone(call, [migration], 'revert');
}

async function alone(call: TargetCall, migrations: readonly Migration[], command: 'run' | 'revert'): Promise<ToolRun> {
  const beside = await mkdtemp(join(tmpdir(), 'lockkeeper-diesel-'));
  try {
    await mkdir(join(beside, 'migrations'));
    for (const folder of migrations.map(dieselFolder))
      await cp(join(call.repository.root, folder), join(beside, 'migrations', baseName(folder)), { recursive: true });
    await writeFile(join(beside, 'diesel.toml'), '');
    const result = await runChild({
      words: [
        ...(call.stack.command ?? ['diesel']),
        'migration',
        command,
        '--migration-dir',
        join(beside, 'migrations'),
        '--config-file',
        join(beside, 'diesel.toml'),
      ],
      folder: beside,
      environment: toolEnvironment(call.environment, { DATABASE_URL: call.address.url }),
      secrets: [call.address.password, call.address.url],
      ...(call.signal ? { signal: call.signal } : {}),
      ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
    });
    return {
      commands: [result.command],
      exitCode: result.exitCode,
      timedOut: result.timedOut,
      said: result.said,
      // Diesel passes the server's message on and keeps its SQLSTATE to itself.
      error: result.exitCode === 0 ? null : { sqlState: null, message: result.said.split('\n').at(-1) ?? '' },
      notes: [wayRound],
    };
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
