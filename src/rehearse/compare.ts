/** Compares what a statement was seen to do with what was predicted from its text. */
import type { AssessedStatement } from '../core/assessment.js';
import { type LockMode, lockModes } from '../core/effects.js';
import type { WatchedStatement } from './watch/sink.js';

/** Locks of one transaction so far; those are not taken again. */
export type HeldInTransaction = Map<number, Map<string, LockMode>>;

/**
 * One sentence for each thing that differs. Of a statement that failed nothing but the failure is known.
 *
 * @param held of the transactions so far; the statement's own are added
 * @param wasThere before the migration: what it makes itself nobody else uses yet
 */
export function differencesOf(
  predicted: AssessedStatement,
  seen: WatchedStatement,
  held: HeldInTransaction,
  wasThere: (relation: string) => boolean,
): string[] {
  const before = held.get(seen.transaction) ?? new Map<string, LockMode>();
  held.set(seen.transaction, before);
  if (seen.error !== null || !predicted.analysed) return [];
  const differences = seen.locks === null || seen.method !== 'session' ? [] : lockDifferences(predicted, seen.locks, before, wasThere);
  for (const { relation, mode } of seen.locks ?? []) if (isWeaker(before.get(relation), mode)) before.set(relation, mode);
  for (const [list, verb] of [
    ['rewrites', 'rewritten'],
    ['scans', 'read in full'],
    ['indexBuilds', 'built'],
  ] as const) {
    const matters = (relation: string): boolean => list === 'indexBuilds' || wasThere(relation);
    const missed = seen[list].filter((relation) => matters(relation) && !predicted.effects[list].includes(relation));
    const invented = predicted.effects[list].filter((relation) => matters(relation) && !seen[list].includes(relation));
    // A table that is rewritten is read for it; which of the two is told is a matter of words.
    const told = (relation: string): boolean => list !== 'scans' || ![...seen.rewrites, ...predicted.effects.rewrites].includes(relation);
    for (const relation of missed.filter(told)) differences.push(`${relation} was ${verb}, which was not predicted.`);
    // A statement that found nothing to do (IF NOT EXISTS, an empty list) does nothing of what it might have done.
    for (const relation of invented.filter(told)) differences.push(`${relation} was predicted to be ${verb}, and was not.`);
  }
  return differences;
}

function lockDifferences(
  predicted: AssessedStatement,
  locks: NonNullable<WatchedStatement['locks']>,
  held: ReadonlyMap<string, LockMode>,
  wasThere: (relation: string) => boolean,
): string[] {
  const said = new Map(predicted.effects.locks.filter((lock) => !lock.transient).map((lock) => [lock.relation, lock.mode]));
  const seen = new Map(locks.map((lock) => [lock.relation, lock.mode]));
  const differences: string[] = [];
  for (const relation of new Set([...said.keys(), ...seen.keys()])) {
    const [a, b] = [said.get(relation), seen.get(relation)];
    if (a === b || !wasThere(relation)) continue;
    const already = held.get(relation);
    // What the transaction holds already, as strongly, is not taken again; a weaker mode beside it changes nothing.
    if (already !== undefined && (a === undefined || !isWeaker(already, a)) && (b === undefined || !isWeaker(already, b))) continue;
    if (a === undefined && b === 'AccessShareLock') continue;
    differences.push(
      b === undefined
        ? `${a} on ${relation} was predicted, and was not taken.`
        : a === undefined
          ? `${b} on ${relation} was taken, which was not predicted.`
          : `${a} on ${relation} was predicted, ${b} was taken.`,
    );
  }
  return differences;
}

function isWeaker(held: LockMode | undefined, mode: LockMode): boolean {
  return held === undefined || lockModes.indexOf(held) < lockModes.indexOf(mode);
}
