import type { Surroundings } from '../core/surroundings.js';
import type { AnalysisUnit } from '../sql/analysis.js';
import { Catalog } from '../sql/catalog/catalog.js';
import { walk } from '../sql/postgres/walk.js';

/**
 * The schema and what hangs on it, as the statements of the migrations made it. What a script does in code, or what was
 * changed on the database itself, is not in it.
 *
 * @param units migrations before the plan, in their order
 */
export function fromHistory(
  units: readonly AnalysisUnit[],
  version: number,
  complete: boolean,
): { catalog: Catalog; surroundings: Surroundings } {
  const surroundings: Surroundings = { source: 'history', definitions: new Map(), comments: new Map(), grants: new Map() };
  const end: AnalysisUnit = {
    migration: null,
    file: null,
    firstLine: 1,
    sql: 'SELECT 1',
    direction: 'up',
    transactionMode: 'none',
    judged: true,
  };
  let catalog = new Catalog();
  walk({ version, units: [...units.map((unit) => ({ ...unit, judged: true })), end], historyIsComplete: complete, facts: null }, (step) => {
    if (step.statement.unit === end) catalog = step.catalog.clone();
    for (const change of step.statement.changes) note(surroundings, change, step.statement.sql);
  });
  return { catalog: asOld(catalog), surroundings };
}

/** What the history made was there before the plan. */
function asOld(catalog: Catalog): Catalog {
  const origin = { statement: null, transaction: null, judged: false };
  for (const relation of catalog.relations.values()) relation.origin = origin;
  for (const index of catalog.indexes.values()) index.origin = origin;
  for (const type of catalog.types.values()) {
    type.origin = origin;
    type.freshValues.clear();
  }
  return catalog;
}

type Noted = Parameters<Parameters<typeof walk>[1]>[0]['statement']['changes'][number];

function note({ definitions, comments, grants }: Surroundings, change: Noted, sql: string): void {
  switch (change.kind) {
    case 'createView':
      definitions.set(`view ${change.view}`, sql.replace(/^\s*create\s+or\s+replace\s+view/i, 'CREATE VIEW'));
      break;
    case 'createIndex':
      if (change.index.name !== null) definitions.set(`index ${schemaOf(change.index.table)}.${change.index.name}`, sql);
      break;
    case 'createTrigger':
      definitions.set(`trigger ${change.table}.${change.trigger}`, sql);
      break;
    case 'createPolicy':
      definitions.set(`policy ${change.table}.${change.policy}`, sql);
      break;
    case 'comment':
      if (change.objectKind === 'column') comments.set(`column ${change.name}`, sql);
      else if (change.objectKind === 'table' || change.objectKind === 'view') comments.set(`relation ${change.name}`, sql);
      break;
    case 'grant':
      if (change.revoke || change.allInSchema) break;
      for (const object of change.objects) grants.set(object, [...(grants.get(object) ?? []), sql]);
      break;
    default:
      break;
  }
}

const schemaOf = (table: string): string => table.slice(0, Math.max(0, table.lastIndexOf('.'))) || 'public';
