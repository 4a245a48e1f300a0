import type { QuerySummary, WhereSummary } from '../../../core/change.js';
import { isTautology, literalOf, visit } from '../expression.js';
import { type Node, text, texts } from '../node.js';
import type { Environment } from './environment.js';

/**
 * Sums up what a query reads, locks and changes, without its rows.
 *
 * @param node a `SelectStmt`, or any statement that holds queries
 */
export function summariseQuery(node: Node, environment: Environment): QuerySummary {
  const names = new Set<string>();
  const relations = new Set<string>();
  const locked = new Set<string>();
  const summary: QuerySummary = {
    relations: [],
    lockedRelations: [],
    functions: [],
    columns: [],
    modifies: [],
    setval: [],
    selectStar: false,
    hasWhere: false,
    hasLimit: false,
  };
  visit([node], (kind, value) => {
    if (kind === 'CommonTableExpr') names.add(value.ctename);
  });
  const target = node.InsertStmt?.relation ?? node.UpdateStmt?.relation ?? node.DeleteStmt?.relation ?? node.MergeStmt?.relation;
  const seen = (kind: string, value: Node): void => {
    if (kind === 'RangeVar' && value !== target && !(names.has(value.relname) && !value.schemaname))
      relations.add(environment.existing(value));
    else if (kind === 'FuncCall') readCall(value, summary, environment);
    else if (kind === 'ColumnRef') {
      if (value.fields?.at(-1)?.A_Star) summary.selectStar = true;
      else summary.columns.push(text(value.fields?.at(-1)));
    } else if (kind === 'InsertStmt' || kind === 'UpdateStmt' || kind === 'DeleteStmt') {
      if (value.relation !== target) summary.modifies.push(environment.existing(value.relation));
      if (value.withClause) visit(value.withClause, seen);
    } else if (kind === 'SelectStmt') readSelect(value, summary, locked, environment);
  };
  visit([node], seen);
  if (node.SelectStmt) readSelect(node.SelectStmt, summary, locked, environment);
  summary.relations = [...relations];
  summary.lockedRelations = [...locked];
  return summary;
}

function readSelect(select: Node, summary: QuerySummary, locked: Set<string>, environment: Environment): void {
  if (select.whereClause) summary.hasWhere = true;
  if (select.limitCount) summary.hasLimit = true;
  if (!select.lockingClause) return;
  for (const clause of select.lockingClause) {
    const targets: Node[] = clause.LockingClause?.lockedRels ?? select.fromClause ?? [];
    visit(targets, (kind, value) => {
      if (kind === 'RangeVar') locked.add(environment.existing(value));
    });
  }
}

function readCall(call: Node, summary: QuerySummary, environment: Environment): void {
  const name = texts(call.funcname).at(-1) ?? '';
  summary.functions.push(name);
  if (name !== 'setval' && name !== 'nextval') return;
  const sequence = literalOf(call.args?.[0]);
  const value = literalOf(call.args?.[1]);
  const parts = typeof sequence === 'string' ? sequence.replaceAll('"', '').split('.') : [];
  if (parts.length === 0) return;
  const resolved = environment.existing({ relname: parts.at(-1), schemaname: parts.length > 1 ? parts.at(-2) : undefined });
  summary.setval.push({ sequence: resolved, value: typeof value === 'number' ? value : null });
}

/** What a WHERE clause keeps, as far as its shape tells. */
export function summariseWhere(where: Node | undefined): WhereSummary {
  const columns = new Set<string>();
  let bounded = false;
  const literalColumns = new Set<string>();
  visit([where ?? null], (kind, value) => {
    if (kind === 'ColumnRef') columns.add(text(value.fields?.at(-1)));
    else if (kind === 'A_Expr') {
      bounded ||= isBound(value);
      const column = text(value.lexpr?.ColumnRef?.fields?.at(-1));
      if (column && !value.rexpr?.ColumnRef) literalColumns.add(column);
    } else if (kind === 'SelectStmt' && value.limitCount) bounded = true;
  });
  return {
    present: where !== undefined,
    tautology: where !== undefined && isTautology(where),
    columns: [...columns],
    bounded,
    literalColumns: [...literalColumns],
  };
}

/** A range, a list or an equality with a literal: the shape of one batch. */
function isBound(comparison: Node): boolean {
  if (comparison.kind === 'AEXPR_BETWEEN' || comparison.kind === 'AEXPR_IN') return true;
  const operator = text(comparison.name?.[0]);
  return (
    operator === '=' &&
    literalOf(comparison.rexpr) !== undefined &&
    !!comparison.lexpr?.ColumnRef &&
    /(^|_)id$/.test(text(comparison.lexpr.ColumnRef.fields?.at(-1)))
  );
}
