import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import type { ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installGoose } from '../install/goose.js';

let program = '';
const folderOf = ({ folder, otherFolder }: ProjectOptions): string => join(folder, otherFolder ? 'database/steps' : 'migrations');

/** goose 3.27.3 on PATH, settings in `.env`. */
export const goose: ToolDriver = {
  tool: 'goose',
  label: 'goose 3.27.3',
  async install() {
    program = await installGoose();
  },
  async project(root, options) {
    await mkdir(join(root, folderOf(options)), { recursive: true });
    const named = options.otherFolder ? 'database/steps' : 'migrations';
    await writeFile(join(root, options.folder, '.env'), `GOOSE_DRIVER=postgres\nGOOSE_MIGRATION_DIR=./${named}\n`);
  },
  async add(root, options, migration) {
    const folder = join(root, folderOf(options));
    const number = migration.late ? 5 : ((await readdir(folder)).length + 1) * 10;
    const name = `${String(number).padStart(5, '0')}_${migration.name}.sql`;
    const head = migration.outsideTransaction ? '-- +goose NO TRANSACTION\n' : '';
    const down = migration.down === null ? '' : `-- +goose Down\n${migration.down}\n`;
    await writeFile(join(folder, name), `${head}-- +goose Up\n${migration.up}\n${down}`);
    return name;
  },
  fileOf: (_root, options, name) => join(folderOf(options), name),
  environment: () => ({ PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`, HOME: process.env.HOME ?? '/' }),
  variables: (address) => ({ GOOSE_DRIVER: 'postgres', GOOSE_DBSTRING: address.url }),
  async applyAll(root, options, address) {
    const result = await execa(program, ['-env=none', '-dir', join(root, folderOf(options)), 'up'], {
      env: this.variables(address),
      reject: false,
      all: true,
    });
    return { exitCode: result.exitCode ?? null, output: result.all ?? '' };
  },
  offers: {
    down: true,
    edits: { notOffered: 'goose keeps no checksum.', wayRound: 'compare with version control.' },
    one: true,
    outsideTransaction: true,
    fromModels: { notOffered: 'goose reads no models.', wayRound: 'create from SQL.' },
    late: 'refused',
  },
};
