/** Applies one Prisma migration by showing the CLI a copy of the history that ends with it; takes one back with its down.sql. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import { literal } from '../history-table.js';
import { parentFolder } from '../paths.js';
import type { TargetCall, ToolRun } from '../tool.js';
import { prismaCommand, type PrismaSetting } from './command.js';

/**
 * `prisma migrate deploy` on a copy of the folder with this migration and those before it. Deploy takes no target, and a
 * later pending one must not run; an earlier one is applied already, or the caller would have chosen it.
 */
export async function applyPrisma(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return beside(async (folder, setting) => {
    const until = call.migrations.slice(0, migration.position + 1);
    for (const each of until) await cp(join(call.repository.root, parentFolder(each.file)), join(folder, each.name), { recursive: true });
    const run = await prismaCommand(call, setting, ['migrate', 'deploy']);
    return {
      ...run,
      notes: ['prisma migrate deploy takes no target, so it saw a copy of the migrations up to this one.', ...run.notes],
    };
  });
}

/**
 * `prisma db execute` of the down.sql beside the migration and of the DELETE of its row. The script is one message and so one
 * transaction on PostgreSQL.
 *
 * @throws LockkeeperError NOT_OFFERED without a down.sql
 */
export async function rollbackPrisma(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const { down } = migration;
  if (down === null || down.sql.trim() === '') {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `Prisma has no way back, and ${migration.name} has no down.sql.`,
      'Write down.sql beside migration.sql, or a new migration that takes the change back.',
    );
  }
  return beside(async (folder, setting) => {
    const script = join(folder, '..', 'rollback.sql');
    const row = `DELETE FROM "_prisma_migrations" WHERE "migration_name" = ${literal(migration.name)};`;
    await writeFile(script, `${down.sql.trimEnd().replace(/;*$/, ';')}\n${row}\n`);
    const run = await prismaCommand(call, setting, ['db', 'execute', '--file', script]);
    return { ...run, notes: ['Prisma has no way back of its own: down.sql and the deletion of its row ran as one script.', ...run.notes] };
  });
}

/** `prisma migrate resolve --rolled-back`: a failed start is taken back, so that the next deploy runs it again. */
export async function forgetPrisma(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return beside(async (folder, setting) => {
    const until = call.migrations.slice(0, migration.position + 1);
    for (const each of until) await cp(join(call.repository.root, parentFolder(each.file)), join(folder, each.name), { recursive: true });
    return prismaCommand(call, setting, ['migrate', 'resolve', '--rolled-back', migration.name]);
  });
}

/** Makes an empty migrations folder with the lock file, and removes it afterwards. */
async function beside(work: (folder: string, setting: PrismaSetting) => Promise<ToolRun>): Promise<ToolRun> {
  const temporary = await mkdtemp(join(tmpdir(), 'lockkeeper-prisma-'));
  try {
    const migrations = join(temporary, 'migrations');
    await mkdir(migrations);
    await writeFile(join(migrations, 'migration_lock.toml'), 'provider = "postgresql"\n');
    return await work(migrations, { temporary, migrations, shadow: null });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
