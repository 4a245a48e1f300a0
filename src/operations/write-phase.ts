import { LockkeeperError } from '../core/errors.js';
import type { Usage } from '../core/plan.js';
import { phaseFiles } from '../plan/phase-files.js';
import { keepPlan, loadPlan } from '../plan/store.js';
import { Catalog } from '../sql/catalog/catalog.js';
import { type OperationContext, openProject } from './context.js';
import { create } from './create.js';
import { openStack } from './stack-call.js';
import { findUsage } from './usage.js';

export interface WritePhaseInput {
  project?: string;
  /** Id of a plan that was made before. */
  plan: string;
  phase: number;
  /** Django's app. */
  place?: string;
  /** A person looked at the uses that were found and says that none of them is one. */
  usesLookedAt?: boolean;
}

export interface WrittenPhase {
  plan: string;
  phase: number;
  stack: string;
  migrations: string[];
  files: { path: string; change: 'created' | 'changed' }[];
  modelsNeed: string[];
  notes: string[];
  /** Uses that were found and looked at. */
  uses: Usage[];
}

/**
 * Writes one phase of a plan as migrations of the stack's own tool, one for each step. A phase that takes something away is
 * refused while code uses it.
 *
 * @throws LockkeeperError BAD_USAGE, STILL_USED with the places, and as `create`
 */
export async function writePhase(input: WritePhaseInput, context: OperationContext): Promise<WrittenPhase> {
  const environment = context.environment ?? process.env;
  const root = await openProject(input.project, context);
  const stored = await loadPlan(input.plan, environment);
  const { plan } = stored;
  if (stored.project !== root) throw new LockkeeperError('BAD_USAGE', `${plan.id} was made for another project.`, 'Plan again here.');
  if (plan.stack === null || plan.tool === null)
    throw new LockkeeperError('BAD_USAGE', `${plan.id} is for no stack: it has SQL, no files.`, 'Plan again with the stack.');
  const phase = plan.phases.find((each) => each.number === input.phase);
  if (phase === undefined || phase.kind === 'deploy') {
    const numbers = plan.phases.filter((each) => each.kind === 'migration').map((each) => each.number);
    throw new LockkeeperError(
      'BAD_USAGE',
      `Phase ${input.phase} of ${plan.id} ${phase === undefined ? 'does not exist' : 'is a deploy of code'}.`,
      `Files are written for ${numbers.join(', ')}.`,
    );
  }
  if (stored.written.some((each) => each.phase === phase.number))
    throw new LockkeeperError('BAD_USAGE', `Phase ${phase.number} was written already.`, 'Look at its migrations with migration_status.');
  const earlier = plan.phases.find(
    (each) => each.kind === 'migration' && each.number < phase.number && !stored.written.some((one) => one.phase === each.number),
  );
  if (earlier !== undefined)
    throw new LockkeeperError(
      'MIGRATION_ORDER',
      `Phase ${earlier.number} comes before and is not written.`,
      `Write phase ${earlier.number} first.`,
    );
  const uses = phase.gone.length === 0 ? [] : await refuseUsed(input, plan.stack, phase.gone, context);
  const files = phaseFiles(phase, plan.title, plan.tool);
  const result: WrittenPhase = {
    plan: plan.id,
    phase: phase.number,
    stack: plan.stack,
    migrations: [],
    files: [],
    modelsNeed: [...phase.edits],
    notes: [],
    uses,
  };
  const start = (context.now?.() ?? new Date()).getTime();
  for (const [at, file] of files.entries()) {
    const created = await create(
      {
        project: root,
        stack: plan.stack,
        name: file.name,
        sql: file.sql,
        ...(file.down === null ? {} : { down: file.down }),
        ...(input.place === undefined ? {} : { place: input.place }),
      },
      { ...context, now: () => new Date(start + at * 1000) },
    );
    result.migrations.push(created.name);
    result.files.push(...created.files);
    result.notes.push(...created.notes, ...(file.note === null ? [] : [`${created.name}, way back: ${file.note}`]));
  }
  if (files.length > 1)
    result.notes.push(
      'Apply them one by one, each with its own command: in one transaction the locks of the first would be held to the end.',
    );
  result.notes = [...new Set(result.notes)];
  const at = new Date(start).toISOString();
  await keepPlan({ ...stored, written: [...stored.written, { phase: phase.number, migrations: result.migrations, at }] }, environment);
  return result;
}

async function refuseUsed(
  input: WritePhaseInput,
  stackId: string,
  gone: Parameters<typeof findUsage>[3],
  context: OperationContext,
): Promise<Usage[]> {
  const { call } = await openStack({ ...(input.project === undefined ? {} : { project: input.project }), stack: stackId }, context);
  const { found, total, cut } = findUsage(call.repository, call.stack, new Catalog(), gone);
  const sure = found.filter((each) => each.sure !== 'possible');
  if ((sure.length === 0 && !cut) || input.usesLookedAt) return found;
  const places = sure.slice(0, 10).map((each) => `${each.file}:${each.line ?? ''}`);
  const what = gone.map((each) => (each.column === null ? each.table : `${each.table}.${each.column}`)).join(', ');
  throw new LockkeeperError(
    'STILL_USED',
    sure.length === 0
      ? `Not all files could be searched for ${what}.`
      : `${what} is still used in ${sure.length} of ${total} places: ${places.join(', ')}${sure.length > 10 ? ', …' : ''}.`,
    'Deploy code without it first. When a person has looked at each place and none of them is a use, write it with uses_looked_at.',
  );
}
