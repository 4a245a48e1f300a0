/** Plans that were made: per user, outside every repository, so that later phases are found again. Holds SQL and names, no rows and no address. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { LockkeeperError } from '../core/errors.js';
import type { SafePlan } from '../core/plan.js';

/** A plan with what has been written of it. */
export interface StoredPlan {
  plan: SafePlan;
  /** Absolute real path of the project. */
  project: string;
  /** ISO 8601. */
  at: string;
  /** Migrations that were written, by number of their phase. */
  written: { phase: number; migrations: string[]; at: string }[];
}

/** A phase that is not written yet, and the deploy that comes before it. */
export interface WaitingPhase {
  plan: string;
  title: string;
  phase: number;
  /** `contract of plan X waits for deploy "Y"`. */
  says: string;
}

const idPattern = /^plan-[0-9a-f]{16}$/;

/** LOCKKEEPER_STATE, or `lockkeeper` in XDG_STATE_HOME or in `~/.local/state`. */
function folderOf(environment: NodeJS.ProcessEnv): string {
  const state =
    environment.LOCKKEEPER_STATE ||
    join(environment.XDG_STATE_HOME || join(environment.HOME || homedir(), '.local', 'state'), 'lockkeeper');
  if (!isAbsolute(state))
    throw new LockkeeperError('BAD_USAGE', 'The folder for plans is no absolute path.', 'Set LOCKKEEPER_STATE to an absolute path.');
  return join(state, 'safe-plans');
}

/** Keeps a plan. Folders are 0700, files 0600; a plan that is there keeps what was written of it. */
export async function keepPlan(stored: StoredPlan, environment: NodeJS.ProcessEnv): Promise<void> {
  const folder = folderOf(environment);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${stored.plan.id}.json`);
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, JSON.stringify(stored), { mode: 0o600 });
  await rename(beside, file);
}

/** @throws LockkeeperError BAD_USAGE when there is no such plan */
export async function loadPlan(id: string, environment: NodeJS.ProcessEnv): Promise<StoredPlan> {
  const text = idPattern.test(id) ? await readFile(join(folderOf(environment), `${id}.json`), 'utf8').catch(() => null) : null;
  if (text === null) throw new LockkeeperError('BAD_USAGE', `There is no plan ${id.slice(0, 60)}.`, 'Plan again; the id is in the answer.');
  return JSON.parse(text) as StoredPlan;
}

/** Phases of plans of a project that were begun and are not written to the end. */
export async function waitingPhases(project: string, environment: NodeJS.ProcessEnv): Promise<WaitingPhase[]> {
  const folder = folderOf(environment);
  const names = await readdir(folder).catch(() => []);
  const waiting: WaitingPhase[] = [];
  for (const name of names
    .filter((each) => /^plan-[0-9a-f]{16}\.json$/.test(each))
    .sort()
    .slice(-500)) {
    const stored = await readFile(join(folder, name), 'utf8').then(
      (text) => JSON.parse(text) as StoredPlan,
      () => null,
    );
    if (stored === null || stored.project !== project || stored.written.length === 0) continue;
    const done = new Set(stored.written.map((each) => each.phase));
    const next = stored.plan.phases.find((phase) => phase.kind === 'migration' && !done.has(phase.number));
    if (next === undefined) continue;
    const deploy = stored.plan.phases.findLast((phase) => phase.kind === 'deploy' && phase.number < next.number);
    const after = deploy === undefined ? '' : ` waits for the deploy "${deploy.title}"`;
    waiting.push({
      plan: stored.plan.id,
      title: stored.plan.title,
      phase: next.number,
      says: `Phase ${next.number} (${next.stage}) of ${stored.plan.id}, ${stored.plan.title},${after === '' ? ' is still to be written' : after}.`,
    });
  }
  return waiting;
}
