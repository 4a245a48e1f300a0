import { LockkeeperError } from '../core/errors.js';
import type { Effects } from '../core/effects.js';
import type { PlanPhase, PlanStep, StepGuards } from '../core/plan.js';
import type { SupportedTool } from '../core/stack.js';
import type { AnalysedStatement, AnalysisUnit } from '../sql/analysis.js';
import { mergeEffects } from '../sql/postgres/merge.js';
import { walk } from '../sql/postgres/walk.js';
import { batchStatement } from './backfill.js';
import type { RecipeContext } from './context.js';
import type { DraftPhase, DraftStep } from './draft.js';
import { editText } from './model-edits.js';

/** Long enough to get a lock between ordinary statements, short enough for those who queue behind. */
const guards: StepGuards = { lockTimeoutMs: 2000, attempts: 10, pauseMs: 5000 };

/** What the analyser says of the statements of one script. */
interface Read {
  statements: AnalysedStatement[];
}

/**
 * Adds to a draft what is never written by hand: the locks of each step and how long they are held, worked out by the
 * analyser on the schema as it is at that point, and the numbers.
 *
 * @param context the schema as it is before the first step
 * @throws LockkeeperError BAD_USAGE when an expression of the request makes a statement that PostgreSQL cannot read
 */
export function finish(phases: readonly DraftPhase[], context: RecipeContext, tool: SupportedTool | null): PlanPhase[] {
  const units: { unit: AnalysisUnit; read: Read }[] = [];
  const add = (sql: string[], mode: DraftStep['mode'], direction: 'up' | 'down'): Read => {
    const read: Read = { statements: [] };
    if (sql.length === 0) return read;
    const transactionMode = mode === 'transaction' ? 'per-file' : 'none';
    const text = sql.map((each) => `${each};`).join('\n');
    units.push({ unit: { migration: null, file: null, firstLine: 1, sql: text, direction, transactionMode, judged: true }, read });
    return read;
  };
  const reads = phases.map((phase) =>
    phase.steps.map((step) => ({
      up: add(analysable(step), step.mode, 'up'),
      down: add(step.back.sql, step.back.mode, 'down'),
    })),
  );
  const byUnit = new Map(units.map(({ unit, read }) => [unit, read]));
  walk(
    {
      version: context.version,
      units: units.map(({ unit }) => unit),
      catalog: context.catalog.clone(),
      historyIsComplete: context.catalog.complete,
      facts: context.facts,
    },
    ({ statement }) => {
      byUnit.get(statement.unit)?.statements.push(statement);
    },
  );
  return phases.map((phase, at) => ({
    number: at + 1,
    kind: phase.kind,
    stage: phase.stage,
    title: phase.title,
    says: phase.says,
    edits: phase.edits.map((edit) => editText(edit, tool)),
    gone: phase.gone,
    steps: phase.steps.map((step, position) => finishStep(step, `${at + 1}.${position + 1}`, reads[at]![position]!, context)),
  }));
}

/** A backfill is judged by one of its ranges: that is all that is locked at a time. */
function analysable(step: DraftStep): string[] {
  return step.backfill === null ? step.sql : [batchStatement(step.backfill, '')];
}

function finishStep(step: DraftStep, id: string, reads: { up: Read; down: Read }, context: RecipeContext): PlanStep {
  for (const [read, expected] of [
    [reads.up, analysable(step).length],
    [reads.down, step.back.sql.length],
  ] as const) {
    const broken = read.statements.find((statement) => statement.unanalysed?.startsWith('cannot be parsed'));
    if (broken !== undefined || read.statements.length !== expected) {
      throw new LockkeeperError(
        'BAD_USAGE',
        `The step "${step.title}" would not be SQL: ${broken?.unanalysed ?? 'an expression holds more than one statement'}.`,
        'Check the names, types and expressions of the request.',
      );
    }
  }
  const effects = effectsOf(reads.up.statements, context);
  const unread = reads.up.statements.find((statement) => statement.unanalysed !== null)?.unanalysed ?? null;
  const concurrent = /\bCONCURRENTLY\b/i.test(step.sql.join(' '));
  return {
    id,
    title: step.title,
    sql: step.sql,
    mode: step.mode,
    guards: concurrent || step.backfill !== null ? null : guards,
    effects,
    holds: holdsFor(effects, step, unread, context),
    check: step.check,
    wayBack: { ...step.back, blocks: effectsOf(reads.down.statements, context).blocks },
    oldCodeWorks: step.oldCodeWorks,
    newCodeWorks: step.newCodeWorks,
    backfill: step.backfill,
    destructive: step.destructive,
    unread,
  };
}

function effectsOf(statements: readonly AnalysedStatement[], context: RecipeContext): Effects {
  const merged = mergeEffects(
    statements.flatMap((statement) => statement.changeEffects),
    context.catalog,
  );
  const estimates = statements.map((statement) => context.estimate?.(statement, context.facts) ?? null).filter((each) => each !== null);
  if (estimates.length === 0) return merged;
  return {
    ...merged,
    estimate: {
      lowMs: estimates.reduce((sum, each) => sum + each.lowMs, 0),
      highMs: estimates.reduce((sum, each) => sum + each.highMs, 0),
      diskBytes: estimates.reduce((sum, each) => sum + (each.diskBytes ?? 0), 0),
      basis: estimates.map((each) => each.basis).join('; '),
    },
  };
}

function holdsFor(effects: Effects, step: DraftStep, unread: string | null, context: RecipeContext): PlanStep['holds'] {
  if (step.backfill !== null) return 'batch';
  if (unread !== null) return 'unknown';
  // A sequence is one page: writing it anew takes no time.
  if (effects.rewrites.some((name) => context.catalog.relation(name)?.kind !== 'sequence')) return 'rewrite';
  if (effects.indexBuilds.length > 0 && effects.scans.length > 0) return 'indexBuild';
  return effects.scans.length > 0 ? 'scan' : 'moment';
}
