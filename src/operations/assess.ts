import type { Assessment } from '../core/assessment.js';
import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import type { Dialect } from '../core/stack.js';
import type { AssessInput } from './assess-input.js';
import { loadConfig } from './config.js';
import { type OperationContext, openProject } from './context.js';
import { gather } from './gather/gather.js';
import type { Selection } from './gather/selection.js';
import { judgeSelections } from './judge-selections.js';
import { nextStepOf } from './next-step.js';
import { ruleIds } from './rules.js';
import { siftFindings } from './suppress.js';
import { readTarget } from './target.js';
import { traceSources } from './trace-sources.js';
import { bySeverity, riskOf } from './verdict.js';

/** Versions for which the facts about locks and rewrites were measured. */
export const measured = { oldest: 14, newest: 18 };

/**
 * Says what migrations will do to a running database, and how to do it without harm. Runs nothing of the project and
 * writes nothing anywhere.
 *
 * @param input what to judge, and what is known of the target
 * @throws LockkeeperError when nothing could be judged: bad usage, nothing readable, no connection, invalid configuration
 */
export async function assess(input: AssessInput, context: OperationContext): Promise<Assessment> {
  checkVersion(input.serverVersion);
  const root = await openProject(input.project, context);
  const config = await loadConfig(root, await ruleIds());
  const target = await readTarget(input.databaseVariable, context);
  const gathered = await gather(input, root, context, target.catalog !== null);
  const version = input.serverVersion ?? target.facts?.version ?? null;
  const judged = await judgeSelections(
    gathered.selections,
    { version: Math.min(version ?? measured.newest, measured.newest), facts: target.facts, catalog: target.catalog },
    { rules: config.rules },
    context,
  );
  const judgement = traceSources(judged, gathered.selections);
  const sifted = siftFindings(judgement.findings, judgement.statements, config.suppressions, today(context));
  const unanalysed = [...judgement.unanalysed, ...tooNew(version)];
  const findings = sifted.findings.sort(bySeverity);
  return {
    risk: riskOf(findings, unanalysed),
    destructive: judgement.findings.some((finding) => finding.destructive),
    dialect: commonDialect(gathered.selections, input),
    serverVersion: version,
    assumedServerVersion: Math.min(version ?? measured.newest, measured.newest),
    statements: judgement.statements,
    findings,
    suppressed: sifted.suppressed,
    coverage: {
      migrations: gathered.selections.reduce((sum, selection) => sum + selection.migrations, 0),
      statements: judgement.statements.length,
      analysed: judgement.statements.filter((statement) => statement.analysed).length,
      unanalysed,
    },
    problems: distinct([...gathered.problems, ...target.problems, ...sifted.problems]),
    nextStep: nextStepOf(input, findings, gathered.selections),
  };
}

function checkVersion(version: number | undefined): void {
  if (version === undefined) return;
  if (!Number.isInteger(version) || version < 8 || version > 99) {
    throw new LockkeeperError('BAD_USAGE', 'The server version is not a major version of PostgreSQL.', 'Give a whole number such as 16.');
  }
  if (version < measured.oldest) {
    throw new LockkeeperError(
      'DATABASE_TOO_OLD',
      `PostgreSQL ${version} is not judged.`,
      `Versions ${measured.oldest} to ${measured.newest} are; upgrade first.`,
    );
  }
}

function tooNew(version: number | null): Assessment['coverage']['unanalysed'] {
  if (version === null || version <= measured.newest) return [];
  return [
    {
      source: null,
      migration: null,
      reason: `PostgreSQL ${version} is newer than what was measured; it was judged as ${measured.newest}.`,
      next: 'Rehearse the migration on a copy of the database.',
    },
  ];
}

function commonDialect(selections: readonly Selection[], input: AssessInput): Dialect {
  const dialects = new Set(selections.map((selection) => selection.dialect));
  const [only] = dialects;
  if (dialects.size === 0) return input.dialect ?? 'unknown';
  return dialects.size === 1 && only ? only : 'unknown';
}

function distinct(problems: readonly LockkeeperProblem[]): LockkeeperProblem[] {
  const seen = new Map(
    problems.map((problem) => [`${problem.code} ${problem.file ?? ''} ${problem.line ?? ''} ${problem.message}`, problem]),
  );
  return [...seen.values()];
}

function today(context: OperationContext): string {
  return (context.now?.() ?? new Date()).toISOString().slice(0, 10);
}
