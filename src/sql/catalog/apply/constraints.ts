import type { ConstraintDefinition } from '../../../core/change.js';
import { quoteIdentifier, splitName, qualify } from '../../../core/names.js';
import type { Catalog } from '../catalog.js';
import type { Constraint, Index, Relation } from '../types.js';
import { type ApplyContext, type ApplyHandlers, renameKey } from './context.js';
import { constraintName } from './naming.js';
import { dropIndex } from './indexes.js';

const keyKinds = new Set(['primaryKey', 'unique', 'exclusion']);

/** Adds a constraint with what it brings: a backing index, NOT NULL of a primary key, copies on partitions. */
export function addConstraint(catalog: Catalog, relation: Relation, definition: ConstraintDefinition, context: ApplyContext): void {
  if (definition.kind === 'notNull') {
    for (const name of definition.columns) {
      const column = relation.columns.get(name);
      if (!column) continue;
      column.notNull = true;
      column.notNullValid = !definition.notValid;
    }
  }
  const name = definition.name ?? definition.usingIndex ?? constraintName(catalog, relation.name, definition);
  const constraint: Constraint = { ...definition, name, valid: !definition.notValid, index: null };
  relation.constraints.set(name, constraint);
  if (definition.kind === 'primaryKey') for (const column of definition.columns) setNotNull(relation, column);
  if (keyKinds.has(definition.kind)) backWithIndex(catalog, relation, constraint, context);
  if (definition.references && definition.references.columns.length === 0) {
    const primaryKey = [...(catalog.relation(definition.references.table)?.constraints.values() ?? [])].find(
      (other) => other.kind === 'primaryKey',
    );
    constraint.references = { ...definition.references, columns: primaryKey?.columns ?? [] };
  }
  if (constraint.references) catalog.noteReference(constraint.references.table, relation.name);
  if (definition.noInherit) return;
  for (const child of relation.children) {
    const partition = catalog.relation(child);
    if (partition && (partition.partitionOf || definition.kind === 'check' || definition.kind === 'notNull')) {
      addConstraint(catalog, partition, { ...definition, name: keyKinds.has(definition.kind) ? null : name, usingIndex: null }, context);
    }
  }
}

function setNotNull(relation: Relation, name: string): void {
  const column = relation.columns.get(name);
  if (column) column.notNull = true;
}

function backWithIndex(catalog: Catalog, relation: Relation, constraint: Constraint, context: ApplyContext): void {
  const schema = splitName(relation.name)[0] ?? 'public';
  const qualified = qualify(schema, constraint.name);
  if (constraint.usingIndex) {
    const from = qualify(schema, constraint.usingIndex);
    const index = catalog.indexes.get(from);
    if (index) {
      constraint.columns = index.keys.map((key) => key.column ?? '').filter(Boolean);
      if (constraint.kind === 'primaryKey') for (const column of constraint.columns) setNotNull(relation, column);
      catalog.indexes.delete(from);
      relation.indexes.delete(from);
      catalog.indexes.set(qualified, { ...index, name: qualified, constraint: constraint.name });
    }
  } else {
    const index: Index = {
      name: qualified,
      table: relation.name,
      unique: constraint.kind !== 'exclusion',
      method: constraint.kind === 'exclusion' || constraint.temporal ? 'gist' : 'btree',
      keys: constraint.columns.map((column) => ({ column, expression: null, descending: false, operatorClass: null, collation: null })),
      include: constraint.include,
      predicate: null,
      nullsNotDistinct: constraint.nullsNotDistinct,
      valid: true,
      constraint: constraint.name,
      parent: null,
      origin: context,
    };
    catalog.indexes.set(qualified, index);
  }
  relation.indexes.add(qualified);
  constraint.index = qualified;
}

/** Takes a constraint away, with its backing index, and from the children that inherited it. */
export function dropConstraint(catalog: Catalog, relation: Relation, name: string): void {
  const constraint = relation.constraints.get(name);
  relation.constraints.delete(name);
  if (!constraint) return;
  if (constraint.index) dropIndex(catalog, constraint.index);
  if (constraint.kind === 'notNull') for (const column of constraint.columns) clearNotNull(relation, column);
  if (constraint.kind === 'primaryKey' || constraint.kind === 'unique') dropReferencing(catalog, relation.name, constraint);
  for (const child of relation.children) {
    const partition = catalog.relation(child);
    const copy =
      partition &&
      [...partition.constraints.values()].find(
        (other) => other.name === name || (other.kind === constraint.kind && other.columns.join() === constraint.columns.join()),
      );
    if (partition && copy) dropConstraint(catalog, partition, copy.name);
  }
}

function clearNotNull(relation: Relation, name: string): void {
  const column = relation.columns.get(name);
  if (column) column.notNull = false;
}

/** Foreign keys that need the key go with it (CASCADE; without it the server refuses). */
function dropReferencing(catalog: Catalog, table: string, key: Constraint): void {
  for (const { table: holder, constraint } of catalog.foreignKeysTo(table)) {
    if (constraint.references?.columns.join() === key.columns.join()) catalog.relation(holder)?.constraints.delete(constraint.name);
  }
}

/** Changes of constraints. */
export const constraintHandlers: ApplyHandlers = {
  addConstraint: (catalog, change, context) => addConstraint(catalog, catalog.touch(change.table), change.constraint, context),
  dropConstraint: (catalog, change) => dropConstraint(catalog, catalog.touch(change.table), change.constraint),
  validateConstraint: (catalog, change) => {
    for (const table of [change.table, ...catalog.descendants(change.table)]) {
      const relation = catalog.relation(table);
      const constraint = relation?.constraints.get(change.constraint);
      if (!relation || !constraint) continue;
      constraint.valid = true;
      constraint.notValid = false;
      if (constraint.kind === 'notNull') for (const name of constraint.columns) markValid(relation, name);
    }
  },
  alterConstraint: (catalog, change) => {
    const constraint = catalog.constraint(change.table, change.constraint);
    if (!constraint) return;
    if (change.deferrable !== null) constraint.deferrable = change.deferrable;
    if (change.enforced !== null) constraint.valid = constraint.enforced = change.enforced;
    if (change.noInherit !== null) constraint.noInherit = change.noInherit;
  },
  renameConstraint: (catalog, change) => {
    const relation = catalog.touch(change.table);
    const constraint = relation.constraints.get(change.constraint);
    if (!constraint) return;
    constraint.name = change.to;
    renameKey(relation.constraints, change.constraint, change.to);
    if (!constraint.index) return;
    const index = catalog.indexes.get(constraint.index);
    const renamed = `${quoteIdentifier(splitName(change.table)[0] ?? 'public')}.${quoteIdentifier(change.to)}`;
    if (!index) return;
    catalog.indexes.delete(constraint.index);
    relation.indexes.delete(constraint.index);
    catalog.indexes.set(renamed, { ...index, name: renamed, constraint: change.to });
    relation.indexes.add(renamed);
    constraint.index = renamed;
  },
};

function markValid(relation: Relation, name: string): void {
  const column = relation.columns.get(name);
  if (column) column.notNullValid = true;
}
