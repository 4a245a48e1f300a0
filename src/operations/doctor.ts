import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { LockkeeperError } from '../core/errors.js';
import type { Stack } from '../core/stack.js';
import { detectStacks } from '../orms/index.js';
import { type OperationContext, openProject } from './context.js';
import { approvalChecks, directReach } from './doctor-approval.js';
import { tryTarget } from './target.js';

/** One thing that was looked at. */
export interface Check {
  name: string;
  /** `missing` only where something is needed; `absent` where lockkeeper works without it. */
  state: 'ok' | 'absent' | 'missing';
  detail: string;
  /** What to do about it; null when nothing. */
  next: string | null;
}

export interface Diagnosis {
  /** True when nothing that is needed is missing. */
  ready: boolean;
  checks: Check[];
}

/**
 * Says what is installed, reachable and missing. Starts nothing of the project: tools are looked for, not run.
 *
 * @param input `databaseVariable` names the environment variable of a database to try; its value is never shown
 * @throws LockkeeperError PATH_NOT_FOUND
 */
export async function doctor(input: { project?: string; databaseVariable?: string }, context: OperationContext): Promise<Diagnosis> {
  const root = await openProject(input.project, context);
  const environment = context.environment ?? process.env;
  const checks = [nodeCheck(), await parserCheck(), await embeddedCheck(), await gitCheck(root)];
  const { stacks } = await detectStacks(root);
  for (const stack of stacks) if (stack.supported) checks.push(await toolCheck(stack, root, environment));
  for (const variable of variablesOf(input.databaseVariable, stacks)) {
    const asked = variable === input.databaseVariable;
    checks.push(await databaseCheck(variable, asked, environment, context));
    const reach = asked && checks.at(-1)?.state === 'ok' ? await directReach(variable, context) : null;
    if (reach !== null) checks.push(reach);
  }
  checks.push(...(await approvalChecks(context)));
  return { ready: checks.every((check) => check.state !== 'missing'), checks };
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'Node',
    state: enough ? 'ok' : 'missing',
    detail: process.versions.node,
    next: enough ? null : 'Install Node 20.19 or later.',
  };
}

async function parserCheck(): Promise<Check> {
  const name = 'SQL parser';
  try {
    const { loadParser, parseStatement } = await import('../sql/postgres/parser.js');
    await loadParser();
    parseStatement('SELECT 1');
    return { name, state: 'ok', detail: "PostgreSQL 18's own", next: null };
  } catch {
    return { name, state: 'missing', detail: 'does not load', next: 'Install lockkeeper again: libpg-query.wasm belongs beside cli.js.' };
  }
}

async function embeddedCheck(): Promise<Check> {
  const name = 'embedded PostgreSQL';
  try {
    await import('@electric-sql/pglite');
    return { name, state: 'ok', detail: 'loads', next: null };
  } catch {
    return { name, state: 'absent', detail: 'not installed', next: 'Rehearsals need it: install @electric-sql/pglite beside lockkeeper.' };
  }
}

async function gitCheck(root: string): Promise<Check> {
  const result = await execa('git', ['--version'], { cwd: root, reject: false, timeout: 5000, stdin: 'ignore' });
  const version = /\d+\.\d+(?:\.\d+)?/.exec(result.stdout ?? '')?.[0];
  if (result.exitCode === 0 && version) return { name: 'git', state: 'ok', detail: version, next: null };
  return { name: 'git', state: 'absent', detail: 'not found', next: 'Install git to judge what a branch adds.' };
}

async function toolCheck(stack: Stack, root: string, environment: NodeJS.ProcessEnv): Promise<Check> {
  const name = stack.id;
  const words = stack.command ?? [];
  const starter = words[0];
  if (starter === undefined) return { name, state: 'absent', detail: 'started by the application itself', next: null };
  const found = await onPath(starter, join(root, stack.folder), environment);
  if (!found)
    return {
      name,
      state: 'absent',
      detail: `${starter} is not installed`,
      next: `Install ${starter} to render and run these migrations; SQL files are judged without it.`,
    };
  const binary = nodeBinary(words);
  if (binary !== null && !(await installedInNodeModules(binary, root, stack.folder))) {
    return {
      name,
      state: 'absent',
      detail: `${binary} is not in node_modules`,
      next: "Install the project's packages to run these migrations; SQL files are judged without it.",
    };
  }
  return { name, state: 'ok', detail: `${words.join(' ')}${stack.toolVersion === null ? '' : ` (${stack.toolVersion})`}`, next: null };
}

/** The package's program behind `npx prisma`, `pnpm exec prisma`, `yarn prisma`, `bunx prisma`. */
function nodeBinary(words: readonly string[]): string | null {
  const [starter, ...rest] = words;
  if (!['npx', 'npm', 'pnpm', 'yarn', 'bun', 'bunx'].includes(starter ?? '')) return null;
  return rest.find((word) => !word.startsWith('-') && !['exec', 'x', 'run', 'dlx'].includes(word)) ?? null;
}

async function installedInNodeModules(binary: string, root: string, folder: string): Promise<boolean> {
  const folders =
    folder === '.'
      ? ['.']
      : folder
          .split('/')
          .map((_, at, parts) => parts.slice(0, parts.length - at).join('/'))
          .concat('.');
  for (const each of folders) if (await isThere(join(root, each, 'node_modules', '.bin', binary), constants.F_OK)) return true;
  return false;
}

async function onPath(program: string, folder: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  if (program.includes('/')) return isThere(isAbsolute(program) ? program : join(folder, program), constants.X_OK);
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const directory of (environment.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    for (const ending of endings) if (await isThere(join(directory, program + ending), constants.X_OK)) return true;
  }
  return false;
}

async function isThere(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

function variablesOf(asked: string | undefined, stacks: readonly Stack[]): string[] {
  const named = stacks
    .map((stack) => stack.databaseSetting)
    .filter((setting): setting is string => setting !== null && /^[A-Z_][A-Z0-9_]*$/.test(setting));
  return [...new Set(asked === undefined ? named : [asked, ...named])];
}

/** A variable that was asked for is tried; one that a stack names is only looked for. */
async function databaseCheck(variable: string, asked: boolean, environment: NodeJS.ProcessEnv, context: OperationContext): Promise<Check> {
  const name = variable;
  if (!environment[variable]) {
    return {
      name,
      state: asked ? 'missing' : 'absent',
      detail: 'not set',
      next: `Set ${variable} to judge with the sizes and the schema of the target.`,
    };
  }
  if (!asked) return { name, state: 'ok', detail: 'set; not tried', next: null };
  try {
    return { name, state: 'ok', detail: await tryTarget(variable, context), next: null };
  } catch (error) {
    const problem =
      error instanceof LockkeeperError ? error.problem : { message: 'The database cannot be reached.', next: 'Check that it runs.' };
    return { name, state: 'missing', detail: problem.message, next: problem.next };
  }
}
