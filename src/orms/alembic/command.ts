/** Starts the project's own Alembic, turned to a database that we name. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment, turnedVariables } from '../run/environment.js';
import type { Address, ToolCall } from '../tool.js';
import { sitecustomize } from './sitecustomize.js';

/** An address that nobody listens at: offline rendering must not connect. */
export const nowhere: Address = {
  host: '127.0.0.1',
  port: 1,
  user: 'nobody',
  password: null,
  database: 'nowhere',
  searchPath: null,
  url: 'postgresql://nobody@127.0.0.1:1/nowhere',
};

/**
 * Runs one command of Alembic.
 *
 * @param words after the stack's own command, e.g. `upgrade`, `1e7d48b602fa`
 * @param marks each statement gets the place in its revision
 * @throws LockkeeperError NOT_OFFERED, TOOL_NOT_FOUND
 */
export async function alembic(call: ToolCall, address: Address, words: readonly string[], marks = false): Promise<ChildResult> {
  const { stack, repository } = call;
  if (stack.command === null)
    throw new LockkeeperError(
      'NOT_OFFERED',
      `How Alembic is started in ${stack.folder} is not known.`,
      'Start it from the project’s virtual environment.',
    );
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-alembic-'));
  try {
    await writeFile(join(temporary, 'sitecustomize.py'), sitecustomize);
    const variable = /^[A-Za-z_][A-Za-z0-9_]*$/.test(stack.databaseSetting ?? '') ? stack.databaseSetting : null;
    const folders = await Promise.all(stack.migrationFolders.map((folder) => realpath(join(repository.root, folder))));
    const given = {
      variable,
      scheme: /^([a-z0-9+]+):\/\//i.exec(call.environment[variable ?? ''] ?? '')?.[1] ?? null,
      folders,
      marks,
      address: {
        host: address.host,
        port: address.port,
        user: address.user,
        password: address.password,
        database: address.database,
        url: address.url,
      },
    };
    return await runChild({
      words: [...stack.command, ...words],
      folder: join(repository.root, stack.folder),
      environment: {
        ...toolEnvironment(call.environment, { ...turnedVariables(call.environment, address), LOCKKEEPER_ALEMBIC: JSON.stringify(given) }),
        PYTHONPATH: [temporary, call.environment['PYTHONPATH']].filter(Boolean).join(delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONIOENCODING: 'utf-8',
      },
      secrets: [address.password, address.url, temporary],
      ...(call.signal ? { signal: call.signal } : {}),
      ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
