import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import type { ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installDiesel } from '../install/diesel.js';

let program = '';
const folderOf = ({ folder, otherFolder }: ProjectOptions): string => join(folder, otherFolder ? 'database/steps' : 'migrations');

/** diesel_cli 2.3.12 on PATH; the program compiles nothing of the project. */
export const diesel: ToolDriver = {
  tool: 'diesel',
  label: 'diesel 2.3.12',
  async install() {
    program = await installDiesel();
  },
  async project(root, options) {
    await mkdir(join(root, folderOf(options)), { recursive: true });
    await writeFile(
      join(root, options.folder, 'Cargo.toml'),
      '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\ndiesel = { version = "2.3", features = ["postgres"] }\n',
    );
    const folder = options.otherFolder ? 'database/steps' : 'migrations';
    await writeFile(join(root, options.folder, 'diesel.toml'), `[migrations_directory]\ndir = "${folder}"\n`);
  },
  async add(root, options, migration) {
    const parent = join(root, folderOf(options));
    const number = migration.late ? 5 : ((await readdir(parent)).length + 1) * 10;
    const name = `2026-01-01-${String(number).padStart(6, '0')}_${migration.name}`;
    const folder = join(parent, name);
    await mkdir(folder);
    await writeFile(join(folder, 'up.sql'), `${migration.up}\n`);
    if (migration.down !== null) await writeFile(join(folder, 'down.sql'), `${migration.down}\n`);
    if (migration.outsideTransaction) await writeFile(join(folder, 'metadata.toml'), 'run_in_transaction = false\n');
    return name;
  },
  fileOf: (_root, options, name) => join(folderOf(options), name, 'up.sql'),
  environment: () => ({ PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`, HOME: process.env.HOME ?? '/' }),
  variables: (address) => ({ DATABASE_URL: address.url }),
  async applyAll(root, options, address) {
    const result = await execa(program, ['migration', 'run'], {
      cwd: join(root, options.folder),
      env: { DATABASE_URL: address.url, NO_COLOR: '1' },
      reject: false,
      all: true,
    });
    return { exitCode: result.exitCode ?? null, output: result.all ?? '' };
  },
  offers: {
    down: true,
    edits: { notOffered: 'Diesel keeps no checksum.', wayRound: 'compare with version control.' },
    one: { notOffered: 'diesel migration run takes no target.', wayRound: 'a temporary folder with that one migration.' },
    outsideTransaction: true,
    fromModels: { notOffered: '--diff-schema proposes to drop what schema.rs lacks.', wayRound: 'create from SQL.' },
    late: 'applied',
  },
};
