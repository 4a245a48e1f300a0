import type { AssessedStatement, Unanalysed } from '../../core/assessment.js';
import type { LockkeeperProblem } from '../../core/errors.js';
import { type Effects, type Lock, lockModes } from '../../core/effects.js';
import type { Finding, SuppressedFinding } from '../../core/finding.js';
import type { Place } from '../../core/stack.js';
import { inArguments } from '../words.js';
import { type Detail, shown } from './detail.js';

/** Paths and names longer than this are no use to anybody. */
const longestName = 200;

const mark = '…';

/** A name of a file, a migration or a relation. */
export function shownName(text: string): string {
  return shown(text, longestName).replace(/\s+/g, ' ');
}

export function shownPlace<Where extends Place>(place: Where): Where {
  return { ...place, file: shownName(place.file) };
}

/** The beginning of a list of names; the mark says that there are more. */
export function shownNames(names: readonly string[], most: number): string[] {
  const kept = names.slice(0, most).map(shownName);
  return names.length > most ? [...kept, `${mark} ${names.length - most} more`] : kept;
}

export function shownStatement(statement: AssessedStatement, detail: Detail): AssessedStatement {
  return {
    ...statement,
    sql: shown(statement.sql, detail.sql),
    source: statement.source && shownPlace(statement.source),
    migration: statement.migration && shownName(statement.migration),
    effects: shownEffects(statement.effects, detail),
  };
}

function shownEffects(effects: Effects, detail: Detail): Effects {
  const names = (list: readonly string[]) => shownNames(list, detail.innerList);
  return {
    ...effects,
    locks: strongest(effects.locks, detail.innerList).map((lock) => ({ ...lock, relation: shownName(lock.relation) })),
    rewrites: names(effects.rewrites),
    scans: names(effects.scans),
    indexBuilds: names(effects.indexBuilds),
    estimate: effects.estimate && { ...effects.estimate, basis: shown(effects.estimate.basis, detail.sentence) },
  };
}

/** What is left out of a long list must not be what hurts most; `page.shortened` says that something is. */
function strongest(locks: readonly Lock[], most: number): Lock[] {
  if (locks.length <= most) return [...locks];
  return [...locks].sort((a, b) => lockModes.indexOf(b.mode) - lockModes.indexOf(a.mode)).slice(0, most);
}

export function shownFinding<Any extends Finding | SuppressedFinding>(finding: Any, detail: Detail): Any {
  const short = {
    ...finding,
    source: finding.source && shownPlace(finding.source),
    title: shown(finding.title, detail.sentence),
    why: shown(finding.why, detail.sentence),
    fix: {
      summary: shown(finding.fix.summary, detail.sentence),
      sql: finding.fix.sql === null ? null : shown(finding.fix.sql, detail.fixSql),
    },
  };
  if ('suppression' in short)
    return { ...short, suppression: { ...short.suppression, reason: shown(short.suppression.reason, detail.sentence) } };
  return short;
}

export function shownUnanalysed(gap: Unanalysed, detail: Detail): Unanalysed {
  return {
    source: gap.source && shownPlace(gap.source),
    migration: gap.migration && shownName(gap.migration),
    reason: shown(gap.reason, detail.sentence),
    next: shown(inArguments(gap.next), detail.sentence),
  };
}

export function shownProblem(problem: LockkeeperProblem, detail: Detail): LockkeeperProblem {
  return {
    ...problem,
    message: shown(inArguments(problem.message), detail.sentence),
    next: shown(inArguments(problem.next), detail.sentence),
    ...(problem.file === undefined ? {} : { file: shownName(problem.file) }),
  };
}
