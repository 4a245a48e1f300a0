import { blockedBy } from '../../core/effects.js';
import type { RuleContext } from '../rule.js';
import { indexOf } from './statement-index.js';
import { withoutSemicolon } from './statement-text.js';

/** Earlier statements of the transaction that lock the relation against writes, as SQL. */
export function earlierLocking(context: RuleContext, relation: string): string[] {
  const locking = indexOf(context.transaction.earlier).locking.get(relation) ?? [];
  return locking.map((statement) => `${withoutSemicolon(statement.sql)};`);
}

/** Tables of old that the change locks against writes or more. */
export function blockedTables(context: RuleContext): string[] {
  const tables: string[] = [];
  for (const { relation, mode } of context.effects.locks)
    if (blockedBy(mode) !== 'nothing' && !tables.includes(relation) && isTraffic(context, relation)) tables.push(relation);
  return tables;
}

/** True for a table, view or sequence that existed before the plan: somebody may be using it. */
export function isTraffic(context: RuleContext, relation: string): boolean {
  return !context.catalog.indexes.has(relation) && !context.isNew(relation) && context.relation(relation)?.persistence !== 'temporary';
}
