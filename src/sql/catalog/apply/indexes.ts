import { qualify, splitName } from '../../../core/names.js';
import type { Catalog } from '../catalog.js';
import type { Index } from '../types.js';
import type { ApplyContext, ApplyHandlers } from './context.js';
import { indexName } from './naming.js';

/** Takes an index away, and those of the partitions that hang on it. */
export function dropIndex(catalog: Catalog, name: string): void {
  const index = catalog.indexes.get(name);
  if (!index) return;
  catalog.indexes.delete(name);
  catalog.relation(index.table)?.indexes.delete(name);
  for (const other of [...catalog.indexes.values()]) if (other.parent === name) dropIndex(catalog, other.name);
}

/** Adds an index to a table, and to its partitions unless only the parent is meant. */
export function addIndex(
  catalog: Catalog,
  definition: Omit<Index, 'name' | 'valid' | 'constraint' | 'parent' | 'origin'> & { name: string | null },
  only: boolean,
  context: ApplyContext,
  parent: string | null = null,
): void {
  const relation = catalog.touch(definition.table);
  const schema = splitName(definition.table)[0] ?? 'public';
  const name = qualify(schema, definition.name ?? indexName(catalog, definition));
  catalog.indexes.set(name, {
    ...definition,
    name,
    valid: !(only && relation.children.size > 0),
    constraint: null,
    parent,
    origin: context,
  });
  relation.indexes.add(name);
  if (only) return;
  for (const child of relation.children) {
    if (catalog.relation(child)?.partitionOf) addIndex(catalog, { ...definition, name: null, table: child }, false, context, name);
  }
}

/** Changes of indexes. */
export const indexHandlers: ApplyHandlers = {
  createIndex: (catalog, change, context) => {
    const schema = splitName(change.index.table)[0] ?? 'public';
    if (change.ifNotExists && change.index.name && catalog.has(qualify(schema, change.index.name))) return;
    addIndex(catalog, change.index, change.only, context);
  },
  dropIndex: (catalog, change) => {
    for (const name of change.indexes) dropIndex(catalog, name);
  },
  renameIndex: (catalog, change) => renameIndex(catalog, change.index, change.to),
  attachIndex: (catalog, change) => {
    const child = catalog.indexes.get(change.child);
    if (child) child.parent = change.index;
    const parent = catalog.indexes.get(change.index);
    const table = parent && catalog.relation(parent.table);
    if (parent && table) {
      const attached = [...catalog.indexes.values()].filter((index) => index.parent === change.index).length;
      parent.valid = attached >= table.children.size;
    }
  },
};

/** Gives an index another name, and its constraint with it. */
export function renameIndex(catalog: Catalog, from: string, to: string): void {
  const index = catalog.indexes.get(from);
  if (!index) return;
  const name = qualify(splitName(from)[0] ?? 'public', to);
  catalog.indexes.delete(from);
  catalog.indexes.set(name, { ...index, name, constraint: index.constraint ? to : null });
  const relation = catalog.relation(index.table);
  relation?.indexes.delete(from);
  relation?.indexes.add(name);
  for (const other of catalog.indexes.values()) if (other.parent === from) other.parent = name;
  const constraint = index.constraint ? relation?.constraints.get(index.constraint) : undefined;
  if (!relation || !constraint) return;
  relation.constraints.delete(constraint.name);
  relation.constraints.set(to, { ...constraint, name: to, index: name });
}
