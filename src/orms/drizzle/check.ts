/** `drizzle-kit check`: whether the migration files fit each other. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import type { ToolCheck } from '../../core/drift.js';
import { toolCheck } from '../run/check.js';
import { runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { ToolCall } from '../tool.js';

/** Needs no database. It finds snapshots of one parent, i.e. branches that were merged; it does not look at the models. */
export async function checkDrizzle(call: ToolCall): Promise<ToolCheck> {
  const compares = 'the snapshots of the migration files with each other';
  const { stack, repository } = call;
  const out = stack.migrationFolders[0];
  if (stack.command === null || out === undefined)
    return { command: [], verdict: 'not offered', compares, said: 'How drizzle-kit is started is not known.' };
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-drizzle-'));
  try {
    // drizzle-kit puts `./` before it, whatever it is.
    const config = join(temporary, 'drizzle.config.ts');
    await writeFile(
      config,
      `export default { dialect: 'postgresql', out: ${JSON.stringify(`./${posix.relative(stack.folder, out)}`)} };\n`,
    );
    const result = await runChild({
      words: [...stack.command, 'check', `--config=${config}`],
      folder: join(repository.root, stack.folder),
      environment: toolEnvironment(call.environment, {}),
      secrets: [temporary],
      ...(call.signal ? { signal: call.signal } : {}),
    });
    return toolCheck(result, compares, /collision|not latest|malformed|pointing to a parent/i.test(result.said));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
