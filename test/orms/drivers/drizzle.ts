import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installDrizzle } from '../install/drizzle.js';

let modules = '';
const folderOf = ({ folder, otherFolder }: ProjectOptions): string => join(folder, otherFolder ? 'database/steps' : 'drizzle');
const environment = (): Record<string, string> => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' });

interface Journal {
  entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[];
}

/** drizzle-kit 0.31.11 with pg. */
export const drizzle: ToolDriver = {
  tool: 'drizzle',
  label: 'drizzle-kit 0.31.11',
  async install() {
    modules = await installDrizzle();
  },
  async project(root, options) {
    const home = join(root, options.folder);
    await mkdir(join(root, folderOf(options), 'meta'), { recursive: true });
    await mkdir(join(home, 'src'), { recursive: true });
    await symlink(modules, join(home, 'node_modules'));
    await writeFile(
      join(home, 'package.json'),
      JSON.stringify({
        name: 'shop',
        private: true,
        type: 'module',
        dependencies: { 'drizzle-kit': '0.31.11', 'drizzle-orm': '0.45.4', pg: '8.23.1' },
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
    await writeFile(
      join(root, folderOf(options), 'meta/_journal.json'),
      JSON.stringify({ version: '7', dialect: 'postgresql', entries: [] }, null, 2),
    );
  },
  async add(root, options, migration) {
    const folder = join(root, folderOf(options));
    const file = join(folder, 'meta/_journal.json');
    const journal = JSON.parse(await readFile(file, 'utf8')) as Journal;
    const idx = journal.entries.length;
    const tag = `${String(idx).padStart(4, '0')}_${migration.name}`;
    const when = Date.UTC(2026, 0, 1) + (migration.late ? -1000 : idx * 1000);
    journal.entries.push({ idx, version: '7', when, tag, breakpoints: true });
    await writeFile(file, JSON.stringify(journal, null, 2));
    const point = '--> statement-breakpoint';
    const parts = migration.up.split(/(?<=;)\n/);
    const text = migration.outsideTransaction ? `COMMIT;\n${point}\n${migration.up}\n${point}\nBEGIN;` : parts.join(`\n${point}\n`);
    await writeFile(join(folder, `${tag}.sql`), `${text}\n`);
    if (migration.down !== null) {
      await mkdir(join(folder, 'rollback'), { recursive: true });
      await writeFile(join(folder, 'rollback', `${tag}.sql`), `${migration.down}\n`);
    }
    return tag;
  },
  fileOf: (_root, options, name) => join(folderOf(options), `${name}.sql`),
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
    one: { notOffered: 'migrate applies everything pending in one transaction.', wayRound: 'a temporary journal with that one entry.' },
    outsideTransaction: true,
    fromModels: true,
    late: 'skipped',
  },
};
