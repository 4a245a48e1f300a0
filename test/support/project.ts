/** Throw-away project folders for tests. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A folder with these files, removed when the test is over.
 *
 * @param files text or bytes by path
 * @returns its absolute real path
 */
export async function project(files: Record<string, string | Buffer>): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'lockkeeper-project-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await addFiles(root, files);
  return root;
}

/** Writes more files into a project. */
export async function addFiles(root: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** A small Prisma project: three migrations, the last of which builds an index on a table of the first. */
export const prismaFiles: Record<string, string> = {
  'package.json': '{ "name": "shop", "dependencies": { "prisma": "6.19.0", "@prisma/client": "6.19.0" } }\n',
  'prisma/schema.prisma':
    'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n\nmodel users {\n  id Int @id\n  email String\n}\n',
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/20260101000000_init/migration.sql':
    'CREATE TABLE "users" ("id" INTEGER NOT NULL, CONSTRAINT "users_pkey" PRIMARY KEY ("id"));\n',
  'prisma/migrations/20260102000000_email/migration.sql': 'ALTER TABLE "users" ADD COLUMN "email" TEXT;\n',
  'prisma/migrations/20260103000000_index/migration.sql': 'CREATE INDEX "users_email_idx" ON "users"("email");\n',
};
