import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { Address } from '../../../src/orms/tool.js';
import type { ProjectOptions, ToolDriver } from '../conformance/driver.js';
import { installFlyway } from '../install/flyway.js';

let programs = '';
const folderOf = ({ folder, otherFolder }: ProjectOptions): string => join(folder, otherFolder ? 'database/steps' : 'sql');
const environment = (): Record<string, string> => ({
  PATH: `${programs}${delimiter}${process.env.PATH ?? ''}`,
  // Java takes the letters of paths from the locale.
  LC_ALL: 'C.UTF-8',
  HOME: process.env.HOME ?? '/',
  ...(process.env.JAVA_HOME ? { JAVA_HOME: process.env.JAVA_HOME } : {}),
});
const variables = (address: Address): Record<string, string> => ({
  FLYWAY_URL: `jdbc:postgresql://${address.host}:${address.port}/${address.database}`,
  FLYWAY_USER: address.user,
  FLYWAY_PASSWORD: address.password ?? '',
});

/** Flyway's command line, open edition, with flyway.toml. */
export const flyway: ToolDriver = {
  tool: 'flyway',
  label: 'flyway 11.20.3',
  async install() {
    programs = await installFlyway();
  },
  async project(root, options) {
    await mkdir(join(root, folderOf(options)), { recursive: true });
    const location = options.otherFolder ? 'database/steps' : 'sql';
    await writeFile(
      join(root, options.folder, 'flyway.toml'),
      `[environments.default]\nurl = "jdbc:postgresql://127.0.0.1:1/nowhere"\n\n[flyway]\nlocations = ["filesystem:${location}"]\n\n[flyway.postgresql]\ntransactional.lock = false\n`,
    );
  },
  async add(root, options, migration) {
    const folder = join(root, folderOf(options));
    const count = (await readdir(folder)).filter((file) => file.endsWith('.sql')).length;
    const name = `V${migration.late ? '5' : String((count + 1) * 10)}__${migration.name}.sql`;
    await writeFile(join(folder, name), `${migration.up}\n`);
    return name;
  },
  fileOf: (_root, options, name) => join(folderOf(options), name),
  environment,
  variables,
  async applyAll(root, options, address) {
    const result = await execa(join(programs, 'flyway'), ['migrate'], {
      cwd: join(root, options.folder),
      env: { ...environment(), ...variables(address) },
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
      all: true,
    });
    return { exitCode: result.exitCode ?? null, output: result.all ?? '' };
  },
  offers: {
    down: { notOffered: 'undo belongs to paid editions.', wayRound: 'a new version that takes the change back.' },
    edits: true,
    one: true,
    outsideTransaction: true,
    fromModels: { notOffered: 'Flyway knows no models.', wayRound: 'create from SQL.' },
    late: 'refused',
  },
};
