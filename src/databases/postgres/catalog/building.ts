import type { Expression } from '../../../core/change.js';
import type { CatalogState, Origin, Relation } from '../../../sql/catalog/types.js';
import { expressionFromSql } from '../../../sql/postgres/expression.js';
import { loadParser } from '../../../sql/postgres/parser.js';
import type { DatabaseSession } from '../../engine.js';

/** A catalog while it is being read. */
export interface Building {
  session: DatabaseSession;
  state: CatalogState;
  /** Relations whose content is read; those of extensions are not among them. */
  relations: Map<number, Relation>;
  /** Names of all relations and indexes by their oid, those of extensions too. */
  names: Map<number, string>;
  /** Names of columns by relation and number. */
  columns: Map<number, Map<number, string>>;
  /** Collations (oid) by relation and number of the column, where they are not the database's own. */
  collations: Map<number, Map<number, number>>;
  /** Reads an expression of the catalog; the same text is read once. */
  expression(sql: string): Expression;
}

/** Everything in a live catalog was there before. */
export const origin: Origin = { statement: null, transaction: null, judged: false };

/** An empty catalog to be filled from a session. Loads the parser. */
export async function newBuilding(session: DatabaseSession): Promise<Building> {
  await loadParser();
  const read = new Map<string, Expression>();
  return {
    session,
    state: {
      complete: true,
      schemas: new Set(),
      relations: new Map(),
      indexes: new Map(),
      types: new Map(),
      functions: new Map(),
      extensions: new Set(),
      publications: new Map(),
      statistics: new Map(),
    },
    relations: new Map(),
    names: new Map(),
    columns: new Map(),
    collations: new Map(),
    expression(sql) {
      const expression = read.get(sql) ?? expressionFromSql(sql);
      read.set(sql, expression);
      return expression;
    },
  };
}

/**
 * Names of columns by their numbers.
 *
 * @param numbers as in `conkey` and `indkey`; 0 stands for an expression and is left out, as are system columns
 */
export function columnNames(building: Building, relation: number, numbers: readonly number[] | null): string[] {
  const columns = building.columns.get(relation);
  return (numbers ?? []).map((number) => columns?.get(number)).filter((name): name is string => name !== undefined);
}

/** True as SQL for members of extensions: `oid IN (…)`. */
export function ofExtension(oid: string, systemCatalog: 'pg_class' | 'pg_type' | 'pg_proc'): string {
  return `${oid} IN (SELECT e.objid FROM pg_depend e WHERE e.classid = 'pg_catalog.${systemCatalog}'::regclass AND e.deptype = 'e')`;
}

/** A column that newer servers have, and what stands for it on older ones. */
export function since(building: Building, major: number, column: string, otherwise: string): string {
  return building.session.version >= major ? column : otherwise;
}
