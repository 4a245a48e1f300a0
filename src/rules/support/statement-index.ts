import type { Change } from '../../core/change.js';
import { blockedBy } from '../../core/effects.js';
import type { AnalysedStatement } from '../../sql/analysis.js';

/** What earlier statements did, by the name of the relation. */
export interface StatementIndex {
  /** The statement that made a table with CREATE TABLE. */
  creators: Map<string, AnalysedStatement>;
  /** Names that were dropped or renamed away. */
  gone: Set<string>;
  /** Statements that lock a relation against writes or more. */
  locking: Map<string, AnalysedStatement[]>;
  /** Statements that changed rows of a table since SET CONSTRAINTS … IMMEDIATE last ran. */
  unchecked: Map<string, { change: RowChange; statement: AnalysedStatement }[]>;
}

type RowChange = Extract<Change, { kind: 'insert' | 'update' | 'delete' }>;

interface Growing extends StatementIndex {
  seen: number;
}

const known = new WeakMap<readonly AnalysedStatement[], Growing>();

/**
 * Index of a list that only grows: `context.before` or `context.transaction.earlier`. Each statement is looked at once,
 * however many rules ask, so that a long script is judged in time proportional to its length.
 */
export function indexOf(statements: readonly AnalysedStatement[]): StatementIndex {
  let index = known.get(statements);
  if (!index) {
    index = { seen: 0, creators: new Map(), gone: new Set(), locking: new Map(), unchecked: new Map() };
    known.set(statements, index);
  }
  for (; index.seen < statements.length; index.seen += 1) add(index, statements[index.seen]!);
  return index;
}

function add(index: StatementIndex, statement: AnalysedStatement): void {
  for (const change of statement.changes) {
    if (change.kind === 'createTable' && !index.creators.has(change.table)) index.creators.set(change.table, statement);
    else if (change.kind === 'dropTable' || change.kind === 'renameTable') index.gone.add(change.table);
    else if (change.kind === 'setConstraints' && !change.deferred) index.unchecked.clear();
    else if (change.kind === 'insert' || change.kind === 'update' || change.kind === 'delete')
      push(index.unchecked, change.table, { change, statement });
  }
  for (const { relation, mode } of statement.effects.locks) {
    if (blockedBy(mode) === 'nothing') continue;
    if (index.locking.get(relation)?.at(-1) !== statement) push(index.locking, relation, statement);
  }
}

function push<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
