/** `prisma migrate diff`: schema against migration files. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolCheck } from '../../core/drift.js';
import { joinPath, parentFolder } from '../paths.js';
import { toolCheck } from '../run/check.js';
import { majorOf } from '../runners/javascript.js';
import type { ThrowAwayTarget, ToolCall } from '../tool.js';
import { runPrisma } from './command.js';

/** Exit code 2 means a difference. It replays the migrations on a shadow database, which is a throw-away. */
export async function checkPrisma(call: ToolCall, throwAway: ThrowAwayTarget): Promise<ToolCheck> {
  const schema = call.stack.settings?.['schema'] ?? 'prisma/schema.prisma';
  const folder = call.stack.migrationFolders[0] ?? joinPath(parentFolder(schema), 'migrations')!;
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-prisma-'));
  try {
    const shadow = await throwAway.another();
    const migrations = join(temporary, 'migrations');
    await cp(join(call.repository.root, folder), migrations, { recursive: true });
    const latest = (majorOf(call.stack.toolVersion) ?? 7) >= 7;
    const to = [latest ? '--to-schema' : '--to-schema-datamodel', join(call.repository.root, schema)];
    const shadowFlag = latest ? [] : ['--shadow-database-url', shadow.url];
    const words = ['migrate', 'diff', '--from-migrations', migrations, ...to, ...shadowFlag, '--exit-code'];
    const result = await runPrisma({ ...call, address: throwAway.address }, { temporary, migrations, shadow }, words);
    return toolCheck(result, 'the schema and the migration files', result.exitCode === 2);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
