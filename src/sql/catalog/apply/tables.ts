import type { QuerySummary } from '../../../core/change.js';
import { qualify, splitName } from '../../../core/names.js';
import { type Catalog, newRelation } from '../catalog.js';
import type { Relation } from '../types.js';
import { addColumn } from './columns.js';
import { addConstraint } from './constraints.js';
import { type ApplyContext, type ApplyHandlers, renameEntry, renameKey } from './context.js';
import { addIndex, renameIndex } from './indexes.js';

/** Columns that a query reads, as `schema.table.column`; with a `*` all of them. Names are matched without their table. */
export function columnsRead(catalog: Catalog, query: QuerySummary): string[] {
  return query.relations.flatMap((table) =>
    [...(catalog.relation(table)?.columns.keys() ?? [])]
      .filter((column) => query.selectStar || query.columns.includes(column))
      .map((column) => `${table}.${column}`),
  );
}

/** Takes a relation away with everything that hangs on it: indexes, partitions, foreign keys of others, views. */
export function dropRelation(catalog: Catalog, name: string): void {
  const relation = catalog.relation(name);
  if (!relation) return;
  for (const { table, constraint } of catalog.foreignKeysTo(name)) catalog.relation(table)?.constraints.delete(constraint.name);
  for (const view of catalog.viewsOn(name)) if (view !== name) dropRelation(catalog, view);
  for (const index of relation.indexes) catalog.indexes.delete(index);
  for (const column of relation.columns.values()) if (column.sequence) catalog.relations.delete(column.sequence);
  for (const child of relation.children) if (catalog.relation(child)?.partitionOf) dropRelation(catalog, child);
  for (const parent of [relation.partitionOf?.parent, ...relation.inherits]) if (parent) catalog.relation(parent)?.children.delete(name);
  catalog.relations.delete(name);
}

/** Gives a relation another qualified name, everywhere. */
export function moveRelation(catalog: Catalog, from: string, to: string): void {
  const relation = catalog.relation(from);
  if (!relation) return;
  const holders = catalog.foreignKeysTo(from);
  renameKey(catalog.relations, from, to);
  relation.name = to;
  for (const { constraint } of holders) if (constraint.references) constraint.references = { ...constraint.references, table: to };
  for (const index of relation.indexes) {
    const found = catalog.indexes.get(index);
    if (found) found.table = to;
  }
  for (const child of relation.children) {
    const below = catalog.relation(child);
    if (below?.partitionOf) below.partitionOf.parent = to;
    if (below) renameEntry(below.inherits, from, to);
  }
  for (const parent of [relation.partitionOf?.parent, ...relation.inherits]) {
    const above = parent ? catalog.relation(parent) : undefined;
    if (above) renameEntry(above.children, from, to);
  }
  for (const other of catalog.relations.values()) renameEntry(other.reads, from, to);
  catalog.invalidate();
}

function copyParent(catalog: Catalog, parent: Relation, relation: Relation, context: ApplyContext): void {
  for (const column of parent.columns.values())
    if (!relation.columns.has(column.name)) relation.columns.set(column.name, { ...column, sequence: null });
  for (const constraint of parent.constraints.values()) {
    const inherited = relation.partitionOf ? true : constraint.kind === 'check' && !constraint.noInherit;
    const isKey = constraint.kind === 'primaryKey' || constraint.kind === 'unique' || constraint.kind === 'exclusion';
    if (inherited) addConstraint(catalog, relation, { ...constraint, name: isKey ? null : constraint.name, usingIndex: null }, context);
  }
  if (!relation.partitionOf) return;
  for (const index of catalog.indexesOf(parent.name)) {
    if (!index.constraint) addIndex(catalog, { ...index, name: null, table: relation.name }, false, context, index.name);
  }
}

/** Changes of whole tables. */
export const tableHandlers: ApplyHandlers = {
  createTable: (catalog, change, context) => {
    if (change.ifNotExists && catalog.relations.has(change.table)) return;
    const relation = newRelation(change.table, change.partitionBy ? 'partitionedTable' : 'table', context);
    relation.persistence = change.persistence;
    relation.partitionBy = change.partitionBy;
    relation.partitionOf = change.partitionOf;
    relation.ofType = change.ofType;
    relation.inherits = new Set(change.inherits);
    catalog.relations.set(change.table, relation);
    for (const { table } of change.like) {
      const model = catalog.relation(table);
      for (const column of model?.columns.values() ?? [])
        relation.columns.set(column.name, { ...column, sequence: null, identity: null, generated: null, default: null });
      if (!model?.known) relation.known = false;
    }
    if (change.ofType)
      for (const attribute of catalog.types.get(change.ofType)?.attributes ?? [])
        relation.columns.set(attribute.name, {
          name: attribute.name,
          type: attribute.type,
          collation: null,
          notNull: false,
          notNullValid: true,
          default: null,
          generated: null,
          identity: null,
          sequence: null,
        });
    for (const name of [change.partitionOf?.parent, ...change.inherits]) {
      if (!name) continue;
      const parent = catalog.touch(name, change.partitionOf ? 'partitionedTable' : 'table');
      copyParent(catalog, parent, relation, context);
      parent.children.add(change.table);
      if (!parent.known) relation.known = false;
    }
    for (const column of change.columns) addColumn(catalog, relation, column, context);
    for (const constraint of change.constraints) addConstraint(catalog, relation, constraint, context);
  },
  createTableAs: (catalog, change, context) => {
    if (change.ifNotExists && catalog.relations.has(change.table)) return;
    const relation = newRelation(change.table, change.materializedView ? 'materializedView' : 'table', context);
    relation.known = false;
    relation.populated = change.withData;
    relation.persistence = change.persistence;
    if (change.materializedView) {
      relation.reads = new Set(change.query.relations);
      for (const read of columnsRead(catalog, change.query)) relation.reads.add(read);
    }
    relation.selectStar = change.query.selectStar;
    catalog.relations.set(change.table, relation);
    catalog.noteReader(relation);
  },
  dropTable: (catalog, change) => dropRelation(catalog, change.table),
  dropView: (catalog, change) => dropRelation(catalog, change.view),
  renameTable: (catalog, change) => {
    if (catalog.indexes.has(change.table)) renameIndex(catalog, change.table, change.to);
    else moveRelation(catalog, change.table, qualify(splitName(change.table)[0] ?? 'public', change.to));
  },
  setSchema: (catalog, change) => {
    const bare = splitName(change.name).at(-1) ?? change.name;
    moveRelation(catalog, change.name, qualify(change.schema, bare));
    const type = catalog.types.get(change.name);
    if (!type) return;
    type.name = qualify(change.schema, bare);
    renameKey(catalog.types, change.name, type.name);
  },
  setPersistence: (catalog, change) => {
    catalog.touch(change.table).persistence = change.logged ? 'permanent' : 'unlogged';
  },
  setAccessMethod: (catalog, change) => {
    catalog.touch(change.table).accessMethod = change.method;
  },
  setReplicaIdentity: (catalog, change) => {
    catalog.touch(change.table).replicaIdentity = change.identity;
  },
  inherit: (catalog, change) => {
    const parent = catalog.touch(change.parent);
    const relation = catalog.touch(change.table);
    if (change.remove) {
      parent.children.delete(change.table);
      relation.inherits.delete(change.parent);
    } else {
      parent.children.add(change.table);
      relation.inherits.add(change.parent);
    }
  },
  attachPartition: (catalog, change, context) => {
    const parent = catalog.touch(change.table, 'partitionedTable');
    const relation = catalog.touch(change.partition);
    relation.partitionOf = { parent: change.table, bound: change.bound };
    parent.children.add(change.partition);
    for (const index of catalog.indexesOf(parent.name)) {
      const columns = index.keys.map((key) => key.column).join();
      const match = catalog
        .indexesOf(relation.name)
        .find((other) => !other.parent && other.keys.map((key) => key.column).join() === columns && other.unique === index.unique);
      if (match) match.parent = index.name;
      else addIndex(catalog, { ...index, name: null, table: relation.name }, false, context, index.name);
    }
    for (const constraint of parent.constraints.values()) {
      const isForeign = constraint.kind === 'foreignKey';
      const has = [...relation.constraints.values()].some(
        (other) => other.kind === constraint.kind && other.columns.join() === constraint.columns.join(),
      );
      if (isForeign && !has) addConstraint(catalog, relation, { ...constraint }, context);
    }
  },
  detachPartition: (catalog, change) => {
    catalog.relation(change.table)?.children.delete(change.partition);
    const relation = catalog.relation(change.partition);
    if (relation) relation.partitionOf = null;
    for (const index of catalog.indexesOf(change.partition)) index.parent = null;
  },
};
