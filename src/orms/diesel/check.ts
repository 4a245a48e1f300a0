/** `diesel print-schema` beside `schema.rs`. */
import { join } from 'node:path';
import type { ToolCheck } from '../../core/drift.js';
import { runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { ThrowAwayTarget, ToolCall } from '../tool.js';
import { applyDiesel } from './run.js';

/** Prints the schema of a throw-away that has all migrations, as the project's `diesel.toml` says, and compares it with the file. */
export async function checkDiesel(call: ToolCall, { address }: ThrowAwayTarget): Promise<ToolCheck> {
  const compares = 'schema.rs and a database made by all migrations';
  const file = call.stack.settings?.['schemaFile'] ?? `${call.stack.folder === '.' ? '' : `${call.stack.folder}/`}src/schema.rs`;
  const written = call.repository.tryRead(file);
  if (written === null || written === undefined) return { command: [], verdict: 'not offered', compares, said: `There is no ${file}.` };
  for (const migration of call.migrations) {
    const ran = await applyDiesel({ ...call, address }, migration);
    if (ran.exitCode !== 0) return { command: ran.commands[0] ?? [], verdict: 'failed', compares, said: ran.said };
  }
  const result = await runChild({
    words: [...(call.stack.command ?? ['diesel']), 'print-schema'],
    folder: join(call.repository.root, call.stack.folder),
    environment: toolEnvironment(call.environment, { DATABASE_URL: address.url }),
    secrets: [address.password, address.url],
    ...(call.signal ? { signal: call.signal } : {}),
  });
  if (result.exitCode !== 0) return { command: result.command, verdict: 'failed', compares, said: result.said };
  const missing = lines(result.stdout).filter((line) => !lines(written).includes(line));
  const surplus = lines(written).filter((line) => !lines(result.stdout).includes(line));
  const said = [...missing.map((line) => `+ ${line}`), ...surplus.map((line) => `- ${line}`)].slice(0, 60).join('\n');
  return { command: result.command, verdict: said === '' ? 'agrees' : 'differs', compares, said };
}

/** Lines that say something, comments and layout left out. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .replace(/\/\/.*$/, '')
        .replace(/,\s*$/, '')
        .trim(),
    )
    .filter((line) => line !== '');
}
