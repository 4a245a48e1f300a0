import { LockkeeperError } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import type { PlanStatus, SafePlan } from '../core/plan.js';
import type { PlanChange } from '../core/plan-change.js';
import type { SupportedTool } from '../core/stack.js';
import { applyChange } from '../sql/catalog/apply/index.js';
import type { AnalysisUnit } from '../sql/analysis.js';
import { parseScript } from '../sql/postgres/parser.js';
import { readUnit } from '../sql/postgres/read-unit.js';
import { bare, beside, type RecipeContext, relationName } from './context.js';
import { type Draft, type DraftPhase, refused } from './draft.js';
import { finish } from './finish.js';
import { naiveStatement } from './naive.js';
import { passedThrough } from './passed-through.js';
import { recipeForChange, recipeForIntent } from './recipes/index.js';
import { rowsIntent } from './recipes/rows.js';
import type { Hints } from './recipe.js';

/** What to plan: intents, or the SQL of an unsafe migration. */
export type PlanRequest = { changes: readonly PlanChange[] } | { sql: string };

/**
 * The safe way for changes, one after the other, each on the schema that the one before leaves. Pure: the parser must be
 * loaded (`loadParser`), nothing is read or written.
 *
 * @param stack what the plan is for; null for plain SQL
 * @throws LockkeeperError BAD_USAGE when a change names what is not there, or SQL cannot be read
 */
export function makePlan(request: PlanRequest, context: RecipeContext, stack: { id: string; tool: SupportedTool } | null): SafePlan {
  const catalog = context.catalog.clone();
  const own = { ...context, catalog };
  const changes = 'changes' in request ? request.changes.map((change) => qualified(change, own)) : [];
  const drafts = 'changes' in request ? changes.flatMap((change) => draftsOf(change, own)) : draftsOfSql(request.sql, own, {});
  const blocked = drafts.find((draft) => draft.status === 'needsFacts' || draft.status === 'refused');
  const phases = blocked ? [] : joined(drafts.flatMap((draft) => draft.phases));
  const status: PlanStatus = blocked?.status ?? (drafts.every((draft) => draft.status === 'direct') ? 'direct' : 'plan');
  const body = {
    status,
    title:
      drafts.length === 1 && drafts[0] ? drafts[0].title : `${drafts.length} changes: ${drafts.map((draft) => draft.title).join('; ')}`,
    stack: stack?.id ?? null,
    tool: stack?.tool ?? null,
    serverVersion: context.version,
    changes,
    phases: finish(phases, context, stack?.tool ?? null),
    ways: drafts.flatMap((draft) => draft.ways),
    differences: drafts.flatMap((draft) => draft.differences),
    limits: [...new Set(drafts.flatMap((draft) => draft.limits))],
    needs: drafts.flatMap((draft) => draft.needs),
    usage: null,
    basis: context.surroundings.source,
  } satisfies Omit<SafePlan, 'id'>;
  const id = `plan-${hashOf({ changes, sql: 'sql' in request ? request.sql : null, steps: body.phases.map((phase) => phase.steps.map((step) => step.sql)), stack }).slice(0, 16)}`;
  return { id, ...body };
}

/** Phases of a kind that follow each other without a deploy between them and are harmless are one: a harmless change stays one file. */
function joined(phases: readonly DraftPhase[]): DraftPhase[] {
  const result: DraftPhase[] = [];
  for (const phase of phases) {
    const last = result.at(-1);
    if (last?.stage === 'direct' && phase.stage === 'direct') {
      const [first, second] = [last.steps.at(-1), phase.steps[0]];
      if (
        first &&
        second &&
        first.mode === 'transaction' &&
        second.mode === 'transaction' &&
        first.backfill === null &&
        phase.steps.length === 1
      ) {
        last.title = `${last.title}; ${phase.title}`;
        last.edits = [...last.edits, ...phase.edits];
        last.steps = [...last.steps, second];
        continue;
      }
    }
    result.push({ ...phase });
  }
  return result;
}

function draftsOf(change: PlanChange, context: RecipeContext): Draft[] {
  const own = recipeForIntent(change, context);
  if (own !== null) {
    forward(own.phases, context);
    return [own];
  }
  const sql = naiveStatement(change);
  if (sql === null) throw new LockkeeperError('INTERNAL', `No recipe for ${change.kind}.`, 'Report this as a defect.');
  if ([...parseScript(sql)].length !== 1) {
    throw new LockkeeperError('BAD_USAGE', `An expression of ${change.kind} holds more than one statement.`, 'Give one expression; plan several changes as several.');
  }
  const hints: Hints = {};
  if (change.kind === 'setNotNull' && change.fill !== undefined) hints.fill = change.fill;
  if (change.kind === 'changeType' && change.back !== undefined) hints.back = change.back;
  return draftsOfSql(sql, context, hints);
}

/** A script, statement by statement; a statement of several changes is taken apart where they can stand alone. */
function draftsOfSql(sql: string, context: RecipeContext, hints: Hints): Draft[] {
  const unit: AnalysisUnit = { migration: null, file: null, firstLine: 1, sql, direction: 'up', transactionMode: 'none', judged: false };
  const drafts: Draft[] = [];
  for (const read of readUnit(unit, context.catalog, ['public'])) {
    if (read.unread !== null) {
      throw new LockkeeperError(
        'BAD_USAGE',
        `A statement ${read.unread}: ${read.sql.slice(0, 120)}`,
        'Write it in SQL that PostgreSQL reads, or leave it out.',
      );
    }
    const text = read.sql.trim().replace(/(\s*;)+$/, '');
    const parts = read.changes.length > 1 ? splitAlter(text, read.changes.length) : [text];
    for (const [at, change] of read.changes.entries()) {
      if (change.kind === 'transaction' || change.kind === 'set') continue;
      const part = parts?.[at];
      if (part === undefined) {
        drafts.push(
          refused(
            `Plan ${text.slice(0, 60)}`,
            'It does several things at once and could not be taken apart.',
            'Write each change as a statement of its own.',
          ),
        );
        break;
      }
      const rows = change.kind === 'update' || change.kind === 'delete' ? rowsIntent(part, change.table) : null;
      const draft =
        (rows && recipeForIntent(rows, context)) ?? recipeForChange(change, part, context, hints) ?? passedThrough(change, part);
      drafts.push(draft);
      applyChange(context.catalog, change, { statement: null, transaction: null, judged: false });
    }
  }
  return drafts;
}

/** Brings the schema to where the phases leave it, for the change that comes next. */
function forward(phases: readonly DraftPhase[], context: RecipeContext): void {
  const unit: AnalysisUnit = {
    migration: null,
    file: null,
    firstLine: 1,
    sql: '',
    direction: 'up',
    transactionMode: 'none',
    judged: false,
  };
  for (const step of phases.flatMap((phase) => phase.steps)) {
    if (step.backfill !== null) continue;
    for (const sql of step.sql) {
      for (const read of readUnit({ ...unit, sql }, context.catalog, ['public'])) {
        for (const change of read.changes) applyChange(context.catalog, change, { statement: null, transaction: null, judged: false });
      }
    }
  }
}

/** The commands of one ALTER TABLE as statements of their own; null when the text cannot be cut. */
function splitAlter(sql: string, count: number): string[] | null {
  const head =
    /^\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:(?:"(?:[^"]|"")+"|[\w$]+)\s*\.\s*)?(?:"(?:[^"]|"")+"|[\w$]+)\s*\*?\s+/i.exec(
      sql,
    )?.[0];
  if (head === undefined) return null;
  const parts: string[] = [];
  let [depth, from] = [0, head.length];
  const text = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|[()[\],]/g;
  text.lastIndex = head.length;
  for (let found = text.exec(sql); found !== null; found = text.exec(sql)) {
    if (found[0] === '(' || found[0] === '[') depth += 1;
    else if (found[0] === ')' || found[0] === ']') depth -= 1;
    else if (found[0] === ',' && depth === 0) {
      parts.push(sql.slice(from, found.index));
      from = found.index + 1;
    }
  }
  parts.push(sql.slice(from));
  return parts.length === count ? parts.map((part) => `${head.trimEnd()} ${part.trim()}`) : null;
}

/** The intent with the names that the schema has. */
function qualified(change: PlanChange, context: RecipeContext): PlanChange {
  const name = (written: string): string => relationName(context.catalog, written);
  const result: PlanChange = { ...change };
  if ('table' in result) result.table = name(result.table);
  if (result.kind === 'addForeignKey') result.references = name(result.references);
  if (result.kind === 'dropIndex' && !result.index.includes('.')) {
    const found = [...context.catalog.indexes.keys()].find((each) => bare(each) === bare(result.index));
    result.index = found ?? beside('public.x', bare(result.index));
  }
  if (result.kind === 'detachPartition') result.partition = name(result.partition);
  if (result.kind === 'changeView') result.view = name(result.view);
  if (result.kind === 'widenSequence') result.sequence = name(result.sequence);
  if ('type' in result && ['addEnumValue', 'renameEnumValue', 'removeEnumValue'].includes(result.kind))
    result.type = relationName(context.catalog, result.type);
  return result;
}
