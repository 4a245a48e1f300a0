import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { HandWritten, ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installDrizzle } from '../install/drizzle.js';

const folderOf = ({ folder, otherFolder }: ProjectOptions): string => join(folder, otherFolder ? 'database/steps' : 'drizzle');
const environment = (): Record<string, string> => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' });

interface Journal {
  entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[];
}

const point = '--> statement-breakpoint';
const textOf = ({ up, outsideTransaction }: HandWritten): string =>
  outsideTransaction ? `COMMIT;\n${point}\n${up}\n${point}\nBEGIN;` : up.split(/(?<=;)\n/).join(`\n${point}\n`);

/** The stable line, with a journal. */
async function addToJournal(folder: string, migration: HandWritten): Promise<string> {
  const file = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(file, 'utf8')) as Journal;
  const idx = journal.entries.length;
  const tag = `${String(idx).padStart(4, '0')}_${migration.name}`;
  const when = Date.UTC(2026, 0, 1) + (migration.late ? -1000 : idx * 1000);
  journal.entries.push({ idx, version: '7', when, tag, breakpoints: true });
  await writeFile(file, JSON.stringify(journal, null, 2));
  await writeFile(join(folder, `${tag}.sql`), `${textOf(migration)}\n`);
  if (migration.down !== null) {
    await mkdir(join(folder, 'rollback'), { recursive: true });
    await writeFile(join(folder, 'rollback', `${tag}.sql`), `${migration.down}\n`);
  }
  return tag;
}

/** 1.0: a folder with a snapshot, whose parents are the leaves that were there. */
async function addFolder(folder: string, migration: HandWritten): Promise<string> {
  const before = (await readdir(folder)).sort();
  const seconds = migration.late ? 5 : before.length * 10;
  const name = `202601010000${String(seconds).padStart(2, '0')}_${migration.name}`;
  const id = randomUUID();
  const parent = migration.late ? before[0] : before.at(-1);
  const snapshot = async (of: string): Promise<{ id: string }> => JSON.parse(await readFile(join(folder, of, 'snapshot.json'), 'utf8'));
  const prevIds = [parent === undefined ? '00000000-0000-0000-0000-000000000000' : (await snapshot(parent)).id];
  await mkdir(join(folder, name));
  const kind = parent === undefined ? { type: 'base', ddl: [] } : { type: 'diff', deltas: [] };
  await writeFile(
    join(folder, name, 'snapshot.json'),
    JSON.stringify({ version: '9', dialect: 'postgres', id, prevIds, footprints: [], ...kind }),
  );
  await writeFile(join(folder, name, 'migration.sql'), `${textOf(migration)}\n`);
  if (migration.down !== null) await writeFile(join(folder, name, 'down.sql'), `${migration.down}\n`);
  return name;
}

function driver(list: string, version: string, orm: string): ToolDriver {
  let modules = '';
  const journal = list === 'drizzle';
  return {
    tool: 'drizzle',
    label: `drizzle-kit ${version}`,
    async install() {
      modules = await installDrizzle(list, version);
    },
    async project(root, options) {
      const home = join(root, options.folder);
      await mkdir(join(root, folderOf(options), journal ? 'meta' : '.'), { recursive: true });
      await mkdir(join(home, 'src'), { recursive: true });
      await symlink(modules, join(home, 'node_modules'));
      await writeFile(
        join(home, 'package.json'),
        JSON.stringify({
          name: 'shop',
          private: true,
          type: 'module',
          dependencies: { 'drizzle-kit': version, 'drizzle-orm': orm, pg: '8.23.1' },
        }),
      );
      await writeFile(
        join(home, 'src/schema.ts'),
        "import { bigint, pgTable } from 'drizzle-orm/pg-core';\nexport const customers = pgTable('customers', { id: bigint({ mode: 'number' }).primaryKey() });\n",
      );
      const out = options.otherFolder ? './database/steps' : './drizzle';
      await writeFile(
        join(home, 'drizzle.config.ts'),
        `import { defineConfig } from 'drizzle-kit';\n\nexport default defineConfig({\n  dialect: 'postgresql',\n  schema: './src/schema.ts',\n  out: '${out}',\n  dbCredentials: { url: process.env.DATABASE_URL! },\n});\n`,
      );
      if (!journal) return;
      await writeFile(
        join(root, folderOf(options), 'meta/_journal.json'),
        JSON.stringify({ version: '7', dialect: 'postgresql', entries: [] }, null, 2),
      );
    },
    add: (root, options, migration) => (journal ? addToJournal : addFolder)(join(root, folderOf(options)), migration),
    fileOf: (_root, options, name) => join(folderOf(options), journal ? `${name}.sql` : `${name}/migration.sql`),
    environment,
    variables: (address) => ({ DATABASE_URL: address.url }),
    async applyAll(root, options, address) {
      const result = await execa('node', ['node_modules/drizzle-kit/bin.cjs', 'migrate'], {
        cwd: join(root, options.folder),
        env: { ...environment(), DATABASE_URL: address.url },
        extendEnv: false,
        stdin: 'ignore',
        reject: false,
        all: true,
      });
      return { exitCode: result.exitCode ?? null, output: result.all ?? '' };
    },
    offers: {
      down: true,
      edits: true,
      one: {
        notOffered: 'migrate applies everything pending in one transaction.',
        wayRound: 'a temporary folder that holds, or ends with, that one migration.',
      },
      outsideTransaction: true,
      fromModels: true,
      late: journal ? 'skipped' : 'applied',
    },
  };
}

/** The stable line and the next one, both with pg. */
export const drizzle = driver('drizzle', '0.31.11', '0.45.4');
export const drizzleNext = driver('drizzle-1', '1.0.0-rc.5', '1.0.0-rc.5');
