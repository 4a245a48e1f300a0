/** Starts the project's own manage.py, turned to a database that we name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment, turnedVariables } from '../run/environment.js';
import type { Address, ToolCall } from '../tool.js';
import { sitecustomize } from './sitecustomize.js';

/**
 * Runs one management command.
 *
 * @param words after `manage.py`, e.g. `migrate`, `shop`, `0002_add_email`
 * @throws LockkeeperError NOT_OFFERED, TOOL_NOT_FOUND
 */
export async function manage(call: ToolCall, address: Address, words: readonly string[]): Promise<ChildResult> {
  const { stack, repository } = call;
  if (stack.command === null)
    throw new LockkeeperError(
      'NOT_OFFERED',
      `How Django is started in ${stack.folder} is not known.`,
      'Start it from the folder of manage.py.',
    );
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-django-'));
  try {
    await writeFile(join(temporary, 'sitecustomize.py'), sitecustomize);
    const variable = /^[A-Za-z_][A-Za-z0-9_]*$/.test(stack.databaseSetting ?? '') ? stack.databaseSetting : null;
    const { host, port, user, password, database, url } = address;
    return await runChild({
      words: [...stack.command, ...words],
      folder: join(repository.root, stack.folder),
      environment: {
        ...toolEnvironment(call.environment, {
          ...turnedVariables(call.environment, address),
          LOCKKEEPER_DJANGO: JSON.stringify({ variable, address: { host, port, user, password, database, url } }),
        }),
        PYTHONPATH: [temporary, call.environment['PYTHONPATH']].filter(Boolean).join(delimiter),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONIOENCODING: 'utf-8',
      },
      secrets: [password, url, temporary],
      ...(call.signal ? { signal: call.signal } : {}),
      ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** `shop.0001_initial` as application and name. */
export function splitName(name: string): { app: string; migration: string } {
  const dot = name.indexOf('.');
  return { app: name.slice(0, dot), migration: name.slice(dot + 1) };
}
