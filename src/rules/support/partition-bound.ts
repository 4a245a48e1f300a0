import type { PartitionBound } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';
import { quoteLiteral } from './statement-text.js';

/**
 * The condition that every row of a partition meets, or that none of the default partition may.
 *
 * @returns null for hash partitions, keys of several columns or expressions, and bounds that are no literals
 */
export function boundCondition(context: RuleContext, parent: string, bound: PartitionBound, outside = false): string | null {
  const partitionBy = context.catalog.relation(parent)?.partitionBy;
  if (!partitionBy || partitionBy.hasExpression || partitionBy.columns.length !== 1) return null;
  const column = quoteIdentifier(partitionBy.columns[0] ?? '');
  const range = /^FOR VALUES FROM \(([^,]*)\) TO \(([^,]*)\)$/.exec(bound.sql);
  const list = /^FOR VALUES IN \((.*)\)$/.exec(bound.sql);
  if (range && range[1] !== '?' && range[2] !== '?') {
    const from = quoteLiteral(range[1] ?? '');
    const to = quoteLiteral(range[2] ?? '');
    return outside
      ? `${column} IS NULL OR ${column} < ${from} OR ${column} >= ${to}`
      : `${column} IS NOT NULL AND ${column} >= ${from} AND ${column} < ${to}`;
  }
  if (!list || /\?|null/i.test(list[1] ?? '')) return null;
  const values = (list[1] ?? '').split(', ').map(quoteLiteral).join(', ');
  return outside ? `${column} IS NULL OR ${column} NOT IN (${values})` : `${column} IS NOT NULL AND ${column} IN (${values})`;
}

/** Bound as written in the statement, without what follows it; null when more follows. */
export function writtenBound(sql: string): string | null {
  return /(FOR\s+VALUES\s[\s\S]*?|\bDEFAULT)\s*;?\s*$/i.exec(sql)?.[1] ?? null;
}
