/** Builds the program around a project's Go migrations, outside of the project: nothing is written into its module. */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import { baseName, relativeTo } from '../paths.js';
import type { Repository } from '../repository.js';
import { goFiles, goRequirement, owningGoModule, type GoModule } from '../runners/go.js';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { ToolCall } from '../tool.js';
import { gooseEntries } from './folder.js';
import { type GooseDriver, programFile, programText } from './program.js';

const gooseModule = 'github.com/pressly/goose';

/** A first build compiles goose and the driver. */
const buildTimeout = 10 * 60_000;

export interface GooseProgram {
  /** Absolute path of the program; null when it could not be built. */
  path: string | null;
  /** What the compiler said. */
  build: ChildResult;
  /** Absolute path of a folder that goes with `remove`. */
  folder: string;
  remove(): Promise<void>;
}

const drivers: GooseDriver[] = [
  { path: 'github.com/jackc/pgx/v5/stdlib', name: 'pgx', unnamed: 'default_query_exec_mode=exec' },
  { path: 'github.com/jackc/pgx/v4/stdlib', name: 'pgx', unnamed: 'statement_cache_mode=describe' },
  { path: 'github.com/lib/pq', name: 'postgres', unnamed: null },
];

/** Folders of a stack that hold Go migrations. */
export function goFolders(repository: Repository, folders: readonly string[]): string[] {
  return folders.filter((folder) => gooseEntries(repository, folder).some((entry) => entry.kind === 'go'));
}

/**
 * Compiles the project's migrations with the version of goose that its go.mod requires, by `go build -overlay`.
 *
 * @throws LockkeeperError NOT_OFFERED where there is no module that could be built, TOOL_NOT_FOUND without Go
 */
export async function buildGoose(call: ToolCall): Promise<GooseProgram> {
  const { repository, stack } = call;
  const folders = goFolders(repository, stack.migrationFolders);
  const home = folders[0] ?? stack.folder;
  const module = owningGoModule(repository, home);
  const requirement = goRequirement(module, gooseModule);
  if (module === null || module.path === null || requirement === null) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `No go.mod above ${home} requires goose, so its Go migrations cannot be built.`,
      'Add goose to the go.mod of the module that the migrations belong to.',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-goose-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const path = join(folder, process.platform === 'win32' ? 'program.exe' : 'program');
    let build: ChildResult | null = null;
    for (const attempt of attempts(repository, module)) {
      const target = await writeProgram(call, module, requirement.path, folders, attempt.driver, folder);
      build = await compile(call, module, attempt, target, folder, path);
      if (build.exitCode === 0 || !isAboutRequirements(build.stderr)) break;
    }
    return { path: build?.exitCode === 0 ? path : null, build: build!, folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Attempt {
  driver: GooseDriver;
  /** A copy of go.mod and go.sum is written to, where the project's own lack what the driver needs. */
  copied: boolean;
}

/** The driver that the project itself uses comes first. */
function attempts(repository: Repository, module: GoModule): Attempt[] {
  const texts = goFiles(repository, module).map((file) => repository.peek(file));
  const rank = (driver: GooseDriver): number => {
    if (texts.some((text) => text.includes(`"${driver.path}"`))) return 0;
    const required = module.requires.find((each) => driver.path === each.path || driver.path.startsWith(`${each.path}/`));
    return required === undefined ? 3 : required.indirect ? 2 : 1;
  };
  const known = drivers.map((driver) => ({ driver, rank: rank(driver) })).sort((a, b) => a.rank - b.rank);
  const likely = known.filter((each) => each.rank < 3);
  const copied = { driver: known[0]!.driver, copied: true };
  return [...likely.map(({ driver }) => ({ driver, copied: false })), copied];
}

function isAboutRequirements(said: string): boolean {
  return /missing go\.sum entry|no required module provides package|cannot find module providing|is not in std|cannot find package|updates to go\.mod needed|inconsistent vendoring|go: -mod=vendor/.test(
    said,
  );
}

/** Writes the program and the overlay; answers the folder of its package, relative to the repository. */
async function writeProgram(
  call: ToolCall,
  module: GoModule,
  goose: string,
  folders: readonly string[],
  driver: GooseDriver,
  folder: string,
): Promise<string> {
  const { repository } = call;
  const replaced: Record<string, string> = {};
  const mains = folders.filter((each) => isMain(repository, each));
  const home = mains[0];
  // A package main cannot be imported: the program joins it, and its own main steps aside.
  const target = home ?? `${folders[0]!}/lockkeeper_${baseName(folder).replace(/\W/g, '').toLowerCase()}`;
  if (home !== undefined) {
    for (const [at, file] of repository.filesIn(home).entries()) {
      const text = file.endsWith('.go') ? (repository.tryRead(file) ?? '') : '';
      if (!/^func main\(\)/m.test(text)) continue;
      const copy = join(folder, `own${at}.go`);
      await writeFile(copy, text.replace(/^func main\(\)/m, 'func lockkeeperProjectMain()'));
      replaced[join(repository.root, file)] = copy;
    }
  }
  const packages = folders
    .filter((each) => each !== home)
    .map((each) => (each === module.folder ? module.path! : `${module.path!}/${relativeTo(module.folder, each)}`));
  const file = join(folder, 'main.go');
  await writeFile(file, programText({ goose, driver, packages }));
  replaced[join(repository.root, target, programFile)] = file;
  await writeFile(join(folder, 'overlay.json'), JSON.stringify({ Replace: replaced }));
  return target;
}

function isMain(repository: Repository, folder: string): boolean {
  return gooseEntries(repository, folder).some((entry) => entry.kind === 'go' && /^package\s+main\b/m.test(repository.peek(entry.file)));
}

async function compile(
  call: ToolCall,
  module: GoModule,
  attempt: Attempt,
  target: string,
  folder: string,
  path: string,
): Promise<ChildResult> {
  const { repository } = call;
  const vendored = repository.hasFile(module.folder === '.' ? 'vendor/modules.txt' : `${module.folder}/vendor/modules.txt`);
  let modules = [`-mod=${vendored ? 'vendor' : 'readonly'}`];
  if (attempt.copied) {
    for (const name of ['go.mod', 'go.sum']) {
      const own = module.folder === '.' ? name : `${module.folder}/${name}`;
      if (repository.hasFile(own)) await copyFile(join(repository.root, own), join(folder, name));
    }
    modules = ['-mod=mod', `-modfile=${join(folder, 'go.mod')}`];
  }
  const relative = relativeTo(module.folder, target);
  return runChild({
    words: [
      'go',
      'build',
      '-buildvcs=false',
      '-trimpath=false',
      ...modules,
      '-overlay',
      join(folder, 'overlay.json'),
      '-o',
      path,
      relative === '.' ? '.' : `./${relative}`,
    ],
    folder: join(repository.root, module.folder),
    environment: toolEnvironment(call.environment, attempt.copied ? { GOWORK: 'off' } : {}),
    timeoutMs: buildTimeout,
    secrets: [repository.root],
    ...(call.signal ? { signal: call.signal } : {}),
  });
}
