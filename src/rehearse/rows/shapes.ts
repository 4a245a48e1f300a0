/** Which kinds of rows a table gets: plain ones, and those on which the coming changes could stumble. */
import type { Change, ConstraintDefinition } from '../../core/change.js';
import type { CatalogState, Relation } from '../../sql/catalog/types.js';
import { unconvertible } from './values.js';

/** One kind of rows of one table. */
export interface Shape {
  table: string;
  /** For the reader. */
  says: string;
  kind: 'plain' | 'nulls' | 'empty' | 'extremes' | 'duplicates' | 'unconvertible' | 'orphans' | 'around check';
  /** Columns that the shape is about; empty: every one. */
  columns: string[];
  /** Values per row, for those columns; `null` is NULL. Rows of other shapes are made by their kind. */
  values: (string | null)[][];
}

/** What the changes will demand of the rows of one table. Rows of ordinary shapes fit it; one shape for each demand does not. */
export interface Demands {
  /** Types that columns will have. */
  types: Map<string, string>;
  notNull: Set<string>;
  /** Checks, by column: as written, and the literals in and beside it. */
  checks: Map<string, { expression: string; columns: number; literals: string[] }>;
  /** Keys that columns will point at. */
  references: Map<string, { table: string; column: string | null }>;
}

/** Demands of the changes by table. */
export function demandsOf(changes: readonly Change[]): Map<string, Demands> {
  const demands = new Map<string, Demands>();
  const of = (table: string): Demands => {
    const there = demands.get(table) ?? { types: new Map(), notNull: new Set(), checks: new Map(), references: new Map() };
    demands.set(table, there);
    return there;
  };
  for (const change of changes) {
    if (change.kind === 'alterColumnType') of(change.table).types.set(change.column, change.type);
    else if (change.kind === 'setNotNull') of(change.table).notNull.add(change.column);
    else if (change.kind === 'addConstraint') {
      const { constraint, table } = change;
      if (constraint.kind === 'primaryKey' || constraint.kind === 'notNull')
        for (const column of constraint.columns) of(table).notNull.add(column);
      if (constraint.kind === 'check') {
        const expression = constraint.expression?.sql ?? 'true';
        const check = { expression, columns: constraint.columns.length, literals: literalsAround(expression) };
        for (const column of constraint.columns) of(table).checks.set(column, check);
        for (const column of constraint.expression?.provesNotNull ?? []) of(table).notNull.add(column);
      }
      for (const [at, column] of constraint.columns.entries())
        if (constraint.references)
          of(table).references.set(column, { table: constraint.references.table, column: constraint.references.columns[at] ?? null });
    }
  }
  return demands;
}

/** Tables that the changes touch and that are there now, with the shapes that belong to each. */
export function shapesFor(changes: readonly Change[], catalog: CatalogState): Shape[] {
  const shapes = new Map<string, Shape[]>();
  const table = (name: string): Relation | null => {
    const relation = catalog.relations.get(name);
    if (relation === undefined || (relation.kind !== 'table' && relation.kind !== 'partitionedTable')) return null;
    if (!shapes.has(name)) shapes.set(name, basicShapes(name));
    return relation;
  };
  const add = (shape: Shape): void => {
    const there = shapes.get(shape.table);
    if (there && !there.some((each) => each.says === shape.says)) there.push(shape);
  };
  for (const change of changes) for (const each of shapesOf(change, table)) add(each);
  return [...shapes.values()].flat();
}

function basicShapes(table: string): Shape[] {
  const of = (kind: Shape['kind'], says: string): Shape => ({ table, kind, says, columns: [], values: [] });
  return [
    of('plain', 'plain rows'),
    of('nulls', 'NULL in every column that allows it'),
    of('empty', 'empty strings'),
    of('extremes', 'the ends of every range, long and strange texts'),
  ];
}

type Look = (name: string) => Relation | null;

function shapesOf(change: Change, look: Look): Shape[] {
  switch (change.kind) {
    case 'addConstraint':
      return ofConstraint(change.table, change.constraint, look);
    case 'addColumn':
      look(change.table);
      return [];
    case 'createIndex': {
      const { index } = change;
      const relation = look(index.table);
      if (relation === null || !index.unique) return [];
      const columns = index.keys.flatMap((key) => (key.column === null ? (key.expression?.columns ?? []) : [key.column]));
      return duplicates(relation, columns);
    }
    case 'alterColumnType': {
      const relation = look(change.table);
      const column = relation?.columns.get(change.column);
      if (!relation || !column) return [];
      const values = unconvertible(column.type, change.type).map((value) => [value]);
      return values.length === 0
        ? []
        : [
            {
              table: relation.name,
              kind: 'unconvertible',
              says: `values of ${change.column} that may not become ${change.type}`,
              columns: [change.column],
              values,
            },
          ];
    }
    case 'setNotNull': {
      const relation = look(change.table);
      return relation === null ? [] : missing(relation, [change.column]);
    }
    case 'validateConstraint':
    case 'dropColumn':
    case 'renameColumn':
    case 'setDefault':
    case 'dropDefault':
    case 'dropNotNull':
    case 'addIdentity':
    case 'setExpression':
    case 'dropConstraint':
    case 'renameTable':
    case 'dropTable':
    case 'insert':
    case 'update':
    case 'delete':
    case 'createTrigger':
    case 'attachPartition':
    case 'detachPartition':
    case 'setPersistence':
      look(change.table);
      if (change.kind === 'attachPartition' || change.kind === 'detachPartition') look(change.partition);
      if (change.kind === 'insert' || change.kind === 'update') for (const read of change.query.relations) look(read);
      return [];
    case 'truncate':
      for (const name of change.tables) look(name);
      return [];
    case 'createTable':
      for (const constraint of [...change.constraints, ...change.columns.flatMap((column) => column.constraints)])
        if (constraint.references) look(constraint.references.table);
      return [];
    case 'createTableAs':
      for (const name of change.query.relations) look(name);
      return [];
    default:
      return [];
  }
}

function ofConstraint(name: string, constraint: ConstraintDefinition, look: Look): Shape[] {
  const relation = look(name);
  if (relation === null) return [];
  if (constraint.references) look(constraint.references.table);
  switch (constraint.kind) {
    case 'primaryKey':
    case 'unique':
      return [
        ...(constraint.usingIndex === null ? duplicates(relation, constraint.columns) : []),
        ...(constraint.kind === 'primaryKey' ? missing(relation, constraint.columns) : []),
      ];
    case 'notNull':
      return missing(relation, constraint.columns);
    case 'foreignKey': {
      const [first] = constraint.columns;
      const column = first === undefined ? undefined : relation.columns.get(first);
      if (!column) return [];
      return [
        {
          table: relation.name,
          kind: 'orphans',
          says: `rows whose (${constraint.columns.join(', ')}) is not in ${constraint.references?.table ?? 'the other table'}`,
          columns: constraint.columns,
          values: [],
        },
      ];
    }
    case 'check': {
      const values = literalsAround(constraint.expression?.sql ?? '');
      return constraint.columns
        .filter((column) => relation.columns.has(column))
        .map((column) => ({
          table: relation.name,
          kind: 'around check' as const,
          says: `values of ${column} around the limits of the check`,
          columns: [column],
          values: [...values, '0', '-1', 'other'].map((value) => [value]),
        }));
    }
    default:
      return [];
  }
}

function missing(relation: Relation, columns: readonly string[]): Shape[] {
  return columns
    .filter((column) => relation.columns.get(column)?.notNull === false)
    .map((column) => ({ table: relation.name, kind: 'nulls', says: `NULL in ${column}`, columns: [column], values: [[null]] }));
}

function duplicates(relation: Relation, columns: readonly string[]): Shape[] {
  const there = [...new Set(columns)].filter((column) => relation.columns.has(column));
  if (there.length === 0) return [];
  return [{ table: relation.name, kind: 'duplicates', says: `two rows of the same (${there.join(', ')})`, columns: there, values: [] }];
}

/** Literals of an expression, and the numbers beside them. */
export function literalsAround(sql: string): string[] {
  const found = new Set<string>();
  for (const [, text = ''] of sql.matchAll(/'((?:[^']|'')*)'/g)) found.add(text.replaceAll("''", "'"));
  for (const [number] of sql.replace(/'(?:[^']|'')*'/g, '').matchAll(/(?<![\w.])-?\d+(?:\.\d+)?/g)) {
    const value = Number(number);
    for (const near of [value, value + 1, value - 1]) found.add(String(near));
  }
  return [...found].slice(0, 20);
}
