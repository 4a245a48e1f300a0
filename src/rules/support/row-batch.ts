import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';
import { withoutSemicolon } from './statement-text.js';

/** Column of a primary key of one integer column; null when there is none, or it is not known. */
export function integerKeyOf(context: RuleContext, table: string): string | null {
  const relation = context.catalog.relation(table);
  const key = [...(relation?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primaryKey');
  const column = key?.columns.length === 1 ? relation?.columns.get(key.columns[0] ?? '') : undefined;
  return column && /^(bigint|integer|smallint)$/.test(column.type) ? column.name : null;
}

/**
 * The statement kept to one range of keys, as the first batch of many.
 *
 * @param condition `keep`: beside the statement's own WHERE; `replace`: in its place
 * @returns null when the statement's shape does not allow it
 */
export function firstBatch(context: RuleContext, table: string, condition: 'keep' | 'replace'): string | null {
  const key = integerKeyOf(context, table);
  const sql = withoutSemicolon(context.statement.sql);
  if (!key || /\b(returning|on\s+conflict|order\s+by|group\s+by|limit|using|union|having)\b/i.test(sql)) return null;
  const range = `${quoteIdentifier(key)} BETWEEN 1 AND 10000`;
  const where = /\bwhere\b([\s\S]*)$/i.exec(sql);
  if (!where) return `${sql} WHERE ${range};`;
  const before = sql.slice(0, where.index).trimEnd();
  return condition === 'replace' ? `${before} WHERE ${range};` : `${before} WHERE (${(where[1] ?? '').trim()}) AND ${range};`;
}
