import type { ColumnDefinition, Expression, TypeName } from '../../../core/change.js';
import { qualify, splitName } from '../../../core/names.js';
import { type Catalog, newRelation } from '../catalog.js';
import type { Column, Constraint, Index, Relation } from '../types.js';
import { addConstraint, dropConstraint } from './constraints.js';
import { type ApplyContext, type ApplyHandlers, renameKey } from './context.js';
import { dropIndex } from './indexes.js';
import { chooseName } from './naming.js';

/** Adds a column with its sequence and the constraints written at it. */
export function addColumn(catalog: Catalog, relation: Relation, definition: ColumnDefinition, context: ApplyContext): void {
  const schema = splitName(relation.name)[0] ?? 'public';
  let sequence: string | null = null;
  if (definition.serial || definition.identity) {
    const bare = splitName(relation.name).at(-1) ?? '';
    sequence = qualify(
      schema,
      chooseName(bare, definition.name, 'seq', (name) => catalog.has(`${schema}.${name}`)),
    );
    catalog.relations.set(sequence, newRelation(sequence, 'sequence', context));
  }
  relation.columns.set(definition.name, {
    name: definition.name,
    type: definition.type,
    collation: definition.collation,
    notNull: definition.notNull,
    notNullValid: true,
    default: definition.default ?? (definition.serial && sequence ? sequenceDefault(sequence) : null),
    generated: definition.generated,
    identity: definition.identity,
    sequence,
  });
  for (const constraint of definition.constraints) addConstraint(catalog, relation, constraint, context);
}

/** Default that `serial` stands for. */
function sequenceDefault(sequence: string): Expression {
  return {
    sql: `nextval('${sequence}'::regclass)`,
    functions: ['nextval'],
    columns: [],
    provesNotNull: [],
    volatility: 'volatile',
    hasSubquery: false,
  };
}

function eachInFamily(catalog: Catalog, change: { table: string; only?: boolean }, action: (relation: Relation) => void): void {
  action(catalog.touch(change.table));
  if (change.only) return;
  for (const child of catalog.descendants(change.table)) {
    const relation = catalog.relation(child);
    if (relation) action(relation);
  }
}

const setColumn = (
  catalog: Catalog,
  change: { table: string; column: string; only?: boolean },
  update: (column: Column, relation: Relation) => void,
): void =>
  eachInFamily(catalog, change, (relation) => {
    const column = relation.columns.get(change.column) ?? (relation.known ? undefined : unknownColumn(relation, change.column));
    if (column) update(column, relation);
  });

/** A column of which only the name was seen, on a table that is not known in full. */
function unknownColumn(relation: Relation, name: string): Column {
  const column: Column = {
    name,
    type: '',
    collation: null,
    notNull: false,
    notNullValid: true,
    default: null,
    generated: null,
    identity: null,
    sequence: null,
  };
  relation.columns.set(name, column);
  return column;
}

function dropColumn(catalog: Catalog, relation: Relation, name: string): void {
  for (const constraint of [...relation.constraints.values()])
    if (usesColumn(constraint, name)) dropConstraint(catalog, relation, constraint.name);
  for (const index of catalog.indexesOf(relation.name)) if (indexUses(index, name)) dropIndex(catalog, index.name);
  const sequence = relation.columns.get(name)?.sequence;
  if (sequence) catalog.relations.delete(sequence);
  relation.columns.delete(name);
}

/** True when dropping the column takes the constraint with it. */
export function usesColumn(constraint: Constraint, column: string): boolean {
  return constraint.columns.includes(column) || constraint.include.includes(column);
}

/** True when dropping the column takes the index with it. */
export function indexUses(index: Index, column: string): boolean {
  return (
    index.include.includes(column) ||
    !!index.predicate?.columns.includes(column) ||
    index.keys.some((key) => key.column === column || key.expression?.columns.includes(column))
  );
}

function renameColumn(catalog: Catalog, relation: Relation, from: string, to: string): void {
  const column = relation.columns.get(from);
  if (!column) return;
  column.name = to;
  renameKey(relation.columns, from, to);
  const renamed = (columns: string[]): string[] => columns.map((name) => (name === from ? to : name));
  for (const constraint of relation.constraints.values()) constraint.columns = renamed(constraint.columns);
  for (const index of catalog.indexesOf(relation.name)) for (const key of index.keys) if (key.column === from) key.column = to;
  for (const { constraint } of catalog.foreignKeysTo(relation.name)) {
    if (constraint.references) constraint.references = { ...constraint.references, columns: renamed(constraint.references.columns) };
  }
  for (const view of catalog.viewsOn(relation.name)) {
    const reads = catalog.relation(view)?.reads;
    if (reads?.delete(`${relation.name}.${from}`)) reads.add(`${relation.name}.${to}`);
  }
}

/** Changes of columns. */
export const columnHandlers: ApplyHandlers = {
  addColumn: (catalog, change, context) =>
    eachInFamily(catalog, change, (relation) => {
      if (change.ifNotExists && relation.columns.has(change.definition.name)) return;
      addColumn(catalog, relation, change.definition, context);
    }),
  dropColumn: (catalog, change) => eachInFamily(catalog, change, (relation) => dropColumn(catalog, relation, change.column)),
  renameColumn: (catalog, change) => eachInFamily(catalog, change, (relation) => renameColumn(catalog, relation, change.column, change.to)),
  alterColumnType: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      column.type = change.type as TypeName;
      column.collation = change.collation;
    }),
  setNotNull: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      column.notNull = true;
      column.notNullValid = true;
    }),
  dropNotNull: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      column.notNull = false;
    }),
  setDefault: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      column.default = change.default;
    }),
  dropDefault: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      column.default = null;
    }),
  addIdentity: (catalog, change, context) =>
    setColumn(catalog, change, (column, relation) => {
      column.identity = change.identity;
      const schema = splitName(relation.name)[0] ?? 'public';
      const sequence = qualify(
        schema,
        chooseName(splitName(relation.name).at(-1) ?? '', column.name, 'seq', (name) => catalog.has(`${schema}.${name}`)),
      );
      catalog.relations.set(sequence, newRelation(sequence, 'sequence', context));
      column.sequence = sequence;
    }),
  dropIdentity: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      if (column.sequence) catalog.relations.delete(column.sequence);
      column.identity = column.sequence = null;
    }),
  setExpression: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      if (column.generated) column.generated = { ...column.generated, expression: change.expression };
    }),
  dropExpression: (catalog, change) =>
    setColumn(catalog, change, (column) => {
      column.generated = null;
    }),
};
