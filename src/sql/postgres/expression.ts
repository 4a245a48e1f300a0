import type { Expression, OverloadedCall } from '../../core/change.js';
import { functionVolatility, isMixed } from './facts/functions.js';
import { type Node, text, texts } from './node.js';
import { parseStatement } from './parser.js';
import { sliceExpression } from './slice.js';
import { spellType } from './type-name.js';

const severityOf = { immutable: 0, stable: 1, volatile: 2, unknown: 3 } as const;

/** The less predictable of two volatilities. */
export function worseVolatility(a: Expression['volatility'], b: Expression['volatility']): Expression['volatility'] {
  return severityOf[a] >= severityOf[b] ? a : b;
}

/**
 * Reads an expression that stands alone, e.g. a default from the catalog. Call `loadParser` first.
 *
 * @param sql `nextval('s'::regclass)`, `((a > 0) AND b)`
 * @returns an expression of unknown volatility when the text does not parse
 */
export function expressionFromSql(sql: string): Expression {
  try {
    const statement = `SELECT ${sql}`;
    const tree = parseStatement(statement);
    return { ...readExpression(tree.SelectStmt.targetList[0].ResTarget.val, statement, (byte) => byte), sql };
  } catch {
    return { sql, functions: [], columns: [], provesNotNull: [], volatility: 'unknown', hasSubquery: false };
  }
}

/**
 * Summarises an expression of a parse tree.
 *
 * @param node expression node
 * @param sql statement that it stands in
 * @param locate byte location of the tree to offset of `sql`
 */
export function readExpression(node: Node, sql: string, locate: (byte: number) => number): Expression {
  const summary = {
    functions: [] as string[],
    columns: [] as string[],
    volatility: 'immutable' as Expression['volatility'],
    hasSubquery: false,
  };
  const overloadedCalls: OverloadedCall[] = [];
  let firstByte = Number.POSITIVE_INFINITY;
  visit(node, (kind, value) => {
    if (typeof value.location === 'number') firstByte = Math.min(firstByte, value.location);
    if (kind === 'FuncCall') {
      const name = texts(value.funcname)
        .filter((part, position, parts) => !(position === 0 && parts.length > 1 && part === 'pg_catalog'))
        .join('.');
      summary.functions.push(name);
      if (isMixed(name)) overloadedCalls.push({ function: name, arguments: (value.args ?? []).map(argumentOf) });
      summary.volatility = worseVolatility(summary.volatility, functionVolatility(name));
    } else if (kind === 'SQLValueFunction') {
      summary.volatility = worseVolatility(summary.volatility, 'stable');
    } else if (kind === 'ColumnRef') {
      const column = text(value.fields?.at(-1));
      if (column && !summary.columns.includes(column)) summary.columns.push(column);
    } else if (kind === 'SubLink') {
      summary.hasSubquery = true;
    }
  });
  return {
    get sql(): string {
      return Number.isFinite(firstByte) ? sliceExpression(sql, locate(firstByte)) : '';
    },
    literal: literalOf(node),
    ...summary,
    ...(overloadedCalls.length > 0 ? { overloadedCalls } : {}),
    provesNotNull: provenNotNull(node),
  };
}

/** What the text says of an argument's type: a column's, a cast's; nothing of a literal, which takes any. */
function argumentOf(node: Node): OverloadedCall['arguments'][number] {
  const column = text(node?.ColumnRef?.fields?.at(-1));
  if (column) return { column };
  return node?.TypeCast ? { type: spellType(node.TypeCast.typeName, () => null) } : null;
}

/** Value of a literal, casts looked through; undefined when it is none. */
export function literalOf(node: Node): string | number | boolean | null | undefined {
  if (node?.TypeCast) return literalOf(node.TypeCast.arg);
  const constant = node?.A_Const;
  if (!constant) return undefined;
  if (constant.isnull) return null;
  if (constant.ival) return constant.ival.ival ?? 0;
  if (constant.fval) return Number(constant.fval.fval);
  if (constant.boolval) return constant.boolval.boolval ?? false;
  if (constant.sval) return constant.sval.sval ?? '';
  return constant.bsval?.bsval;
}

/** Columns that cannot be NULL where the expression is true: `c IS NOT NULL`, alone or joined by AND. */
function provenNotNull(node: Node): string[] {
  if (node?.BoolExpr?.boolop === 'AND_EXPR') return node.BoolExpr.args.flatMap(provenNotNull);
  if (node?.NullTest?.nulltesttype === 'IS_NOT_NULL') {
    const column = text(node.NullTest.arg?.ColumnRef?.fields?.at(-1));
    return column ? [column] : [];
  }
  return [];
}

/** Walks over all nodes below `node`, itself included. Does not go into subqueries' own expressions twice. */
export function visit(node: Node, seen: (kind: string, value: Node) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, seen);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  for (const key in node) {
    const value = node[key];
    if (value === null || typeof value !== 'object') continue;
    if (key.charCodeAt(0) >= 65 && key.charCodeAt(0) <= 90) seen(key, value);
    visit(value, seen);
  }
}

/** True for a condition that keeps every row: `true`, `1 = 1`, `id = id`. */
export function isTautology(node: Node): boolean {
  if (literalOf(node) === true) return true;
  const comparison = node?.A_Expr;
  if (comparison?.kind !== 'AEXPR_OP' || text(comparison.name?.[0]) !== '=') return false;
  const left = literalOf(comparison.lexpr);
  if (left !== undefined && left !== null) return left === literalOf(comparison.rexpr);
  const leftColumn = comparison.lexpr?.ColumnRef?.fields?.map(text).join('.');
  return !!leftColumn && leftColumn === comparison.rexpr?.ColumnRef?.fields?.map(text).join('.');
}
