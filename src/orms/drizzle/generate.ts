/** Starts drizzle-kit on a copy of the migrations folder. */
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { NewMigration, ToolCall } from '../tool.js';

/** One generation, in a folder of our own. */
export interface Kit {
  call: ToolCall;
  wanted: NewMigration;
  temporary: string;
  /** Copy of the migrations folder, into which the kit writes. */
  copy: string;
  /** Absolute path of the project's configuration. */
  config: string;
}

/** Starts `drizzle-kit generate` on the copy. The project's configuration is taken over, but for folder and address. Its exit code says nothing. */
export async function generate({ call, wanted, temporary, copy, config }: Kit, more: readonly string[] = []): Promise<ChildResult> {
  const file = join(temporary, 'drizzle.config.ts');
  // The kit puts ./ before the path when it reads snapshots, so it has to be a relative one.
  const out = relative(join(call.repository.root, call.stack.folder), copy);
  await writeFile(
    file,
    `import * as loaded from ${JSON.stringify(config)};\nconst base = (loaded as any).default?.default ?? (loaded as any).default ?? loaded;\nexport default { ...base, out: ${JSON.stringify(out)}, dbCredentials: { url: 'postgresql://localhost/none' } };\n`,
  );
  const words = [...(call.stack.command ?? []), 'generate', `--name=${wanted.name}`, `--config=${file}`, ...more];
  if (wanted.sql !== null) words.push('--custom');
  return runChild({
    words,
    folder: join(call.repository.root, call.stack.folder),
    environment: toolEnvironment(call.environment, {}),
    secrets: [temporary],
    ...(call.signal ? { signal: call.signal } : {}),
    ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
  });
}
