import type { ChangeOf } from '../../../core/change.js';
import { qualify, splitName } from '../../../core/names.js';
import { constraintName } from '../../catalog/apply/naming.js';
import { isProvenNotNull } from './columns.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { EffectsHandlers } from './handler.js';
import { type EffectsEnvironment, family, type Use } from './use.js';

function addedConstraint(change: ChangeOf<'addConstraint'>, environment: EffectsEnvironment): Use[] {
  const { catalog } = environment;
  const { table, constraint } = change;
  const schema = splitName(table)[0] ?? 'public';
  const target = family(catalog, table, change.only);
  const newIndex = qualify(schema, constraint.name ?? constraintName(catalog, table, constraint));
  const replaced = environment.siblings.some(
    (sibling) => sibling.kind === 'dropConstraint' && (sibling as ChangeOf<'dropConstraint'>).constraint === constraint.name,
  );
  if (constraint.name && !replaced && catalog.constraint(table, constraint.name))
    environment.fail('42710', `constraint ${constraint.name} of ${table} already exists`);
  switch (constraint.kind) {
    case 'check':
      if (constraint.expression?.hasSubquery) environment.fail('0A000', 'cannot use subquery in check constraint');
      if (constraint.noInherit)
        return [
          {
            shape: constraint.notValid ? 'add-check-no-inherit-not-valid' : 'add-check-no-inherit',
            roles: { target: table, child: change.only ? [] : catalog.descendants(table) },
          },
        ];
      return [
        {
          shape: constraint.enforced ? (constraint.notValid ? 'add-check-not-valid' : 'add-check') : 'add-check-not-enforced',
          roles: { target },
        },
      ];
    case 'notNull': {
      if (constraint.notValid) return [{ shape: 'add-not-null-not-valid', roles: { target } }];
      return target.map((member) => {
        const known = constraint.columns.every(
          (column) => catalog.column(member, column)?.notNull || isProvenNotNull(catalog, member, column, environment.siblings),
        );
        return { shape: known ? 'add-not-null-proven' : 'add-not-null', roles: { target: member } };
      });
    }
    case 'foreignKey':
      return addedForeignKey(change, environment);
    case 'unique':
      if (constraint.notValid) environment.fail('0A000', 'UNIQUE constraints cannot be marked NOT VALID');
      checkIndex(change, environment);
      checkPartitionKey(change, environment);
      if (constraint.usingIndex) return [{ shape: 'add-unique-using-index', roles: { target: table } }];
      return withChildren(target, 'add-unique', newIndex, change, catalog);
    case 'primaryKey': {
      if (constraint.notValid) environment.fail('0A000', 'PRIMARY KEY constraints cannot be marked NOT VALID');
      checkIndex(change, environment);
      checkPartitionKey(change, environment);
      const index = constraint.usingIndex ? catalog.indexes.get(qualify(schema, constraint.usingIndex)) : undefined;
      const columns = index ? index.keys.map((key) => key.column ?? '') : constraint.columns;
      if (!catalog.relation(table)?.known) environment.need('schema');
      const notNull = columns.length > 0 && columns.every((column) => catalog.column(table, column)?.notNull);
      const proven =
        columns.length > 0 &&
        columns.every((column) => catalog.column(table, column)?.notNull || isProvenNotNull(catalog, table, column, environment.siblings));
      if (constraint.usingIndex) {
        const suffix = notNull ? '' : proven ? '-proven' : '-nullable';
        return [{ shape: `add-primary-key-using-index${suffix}`, roles: { target: table } }];
      }
      return withChildren(target, notNull ? 'add-primary-key' : 'add-primary-key-nullable', newIndex, change, catalog);
    }
    default:
      if (constraint.notValid) environment.fail('0A000', 'EXCLUDE constraints cannot be marked NOT VALID');
      return withChildren(target, 'add-exclusion', newIndex, change, catalog);
  }
}

/** A key on a partitioned table: children are locked as measured for their version, and each gets an index. */
function withChildren(
  target: string[],
  shape: string,
  newIndex: string,
  { constraint }: ChangeOf<'addConstraint'>,
  catalog: Catalog,
): Use[] {
  const [table, ...children] = target;
  const stored = (name: string, index: string): string[] => (catalog.relation(name)?.kind === 'partitionedTable' ? [] : [index]);
  if (!catalog.descendants(table!).some((child) => catalog.relation(child)?.partitionOf)) {
    return [
      { shape, roles: { target: table, newIndex } },
      ...(children.length ? [{ shape: 'add-key-inherited', roles: { child: children } }] : []),
    ];
  }
  return [
    { shape, roles: { target: table, newIndex: [] } },
    ...children.map((child) => ({
      shape: 'add-key-partition',
      roles: {
        partition: child,
        newIndex: stored(child, qualify(splitName(child)[0] ?? 'public', constraintName(catalog, child, constraint))),
      },
    })),
  ];
}

function checkIndex({ table, constraint }: ChangeOf<'addConstraint'>, { catalog, fail }: EffectsEnvironment): void {
  if (!constraint.usingIndex) return;
  const index = catalog.indexes.get(qualify(splitName(table)[0] ?? 'public', constraint.usingIndex));
  if (!index) return;
  if (!index.valid) fail('55000', `index ${constraint.usingIndex} is not valid`);
  else if (!index.unique) fail('42809', `${constraint.usingIndex} is not a unique index`);
  else if (index.predicate) fail('42809', `${constraint.usingIndex} is a partial index`);
  else if (index.keys.some((key) => key.expression)) fail('42809', `index ${constraint.usingIndex} contains expressions`);
  else if (index.keys.some((key) => key.descending || key.operatorClass))
    fail('42809', `index ${constraint.usingIndex} does not have default sorting behaviour`);
}

function checkPartitionKey({ table, constraint }: ChangeOf<'addConstraint'>, { catalog, fail }: EffectsEnvironment): void {
  const missing = catalog.relation(table)?.partitionBy?.columns.filter((column) => !constraint.columns.includes(column)) ?? [];
  if (missing.length > 0 && !constraint.usingIndex)
    fail('0A000', `a unique constraint on the partitioned table ${table} must include ${missing.join(', ')}`);
}

function addedForeignKey(change: ChangeOf<'addConstraint'>, environment: EffectsEnvironment): Use[] {
  const { catalog, version, fail } = environment;
  const { table, constraint } = change;
  const target = family(catalog, table, catalog.relation(table)?.kind !== 'partitionedTable');
  const references = constraint.references!;
  const referenced = family(catalog, references.table, catalog.relation(references.table)?.kind !== 'partitionedTable');
  const parent = catalog.relation(references.table);
  if (catalog.relation(table)?.kind === 'partitionedTable' && constraint.notValid && version < 18)
    fail('42809', `cannot add NOT VALID foreign key on partitioned table ${table}`);
  if (parent?.known && !hasUniqueKey(environment, references.table, references.columns))
    fail('42830', `no unique constraint of ${references.table} matches the given keys`);
  const shape = !constraint.enforced
    ? 'add-foreign-key-not-enforced'
    : constraint.notValid
      ? 'add-foreign-key-not-valid'
      : 'add-foreign-key';
  return [{ shape, roles: { target, referenced } }];
}

function hasUniqueKey({ catalog }: EffectsEnvironment, table: string, columns: string[]): boolean {
  const wanted = [...columns].sort().join();
  const constraints = [...(catalog.relation(table)?.constraints.values() ?? [])];
  if (columns.length === 0) return constraints.some((constraint) => constraint.kind === 'primaryKey');
  const indexes = catalog.indexesOf(table).filter((index) => index.unique && !index.predicate && index.valid);
  return (
    indexes.some(
      (index) =>
        index.keys.every((key) => key.column) &&
        index.keys
          .map((key) => key.column)
          .sort()
          .join() === wanted,
    ) || constraints.some((constraint) => constraint.temporal)
  );
}

function droppedConstraint(change: ChangeOf<'dropConstraint'>, environment: EffectsEnvironment): Use[] {
  const { catalog, fail, need } = environment;
  const { table } = change;
  const target = family(catalog, table, change.only);
  const constraint = catalog.constraint(table, change.constraint);
  if (!constraint) {
    if (!catalog.relation(table)?.known) need('schema');
    else if (!change.ifExists && environment.version >= 18) need('schema');
    else if (!change.ifExists) fail('42704', `constraint ${change.constraint} of ${table} does not exist`);
    return [{ shape: 'drop-constraint-missing', roles: { target } }];
  }
  if (constraint.kind === 'foreignKey') {
    const members = family(catalog, table, catalog.relation(table)?.kind !== 'partitionedTable');
    return [{ shape: 'drop-foreign-key', roles: { target: members, referenced: family(catalog, constraint.references?.table ?? '') } }];
  }
  if (constraint.kind === 'check' || constraint.kind === 'notNull') return [{ shape: 'drop-check', roles: { target } }];
  const uses: Use[] = [{ shape: 'drop-key', roles: { target } }];
  for (const { table: referencing, constraint: key } of catalog.foreignKeysTo(table)) {
    if (key.references?.columns.join() !== constraint.columns.join()) continue;
    if (!change.cascade) fail('2BP01', `a foreign key of ${referencing} depends on ${change.constraint}`);
    uses.push({ shape: 'drop-key-cascade', roles: { target, referencing } });
  }
  return uses;
}

/** Effects of changes of a constraint. */
export const constraintHandlers: EffectsHandlers = {
  addConstraint: addedConstraint,
  dropConstraint: droppedConstraint,
  validateConstraint: (change, { catalog, need, fail, siblings, version }) => {
    const constraint = catalog.constraint(change.table, change.constraint);
    const isForeignKeyFamily = catalog.relation(change.table)?.kind === 'partitionedTable' || constraint?.kind !== 'foreignKey';
    const target = isForeignKeyFamily ? family(catalog, change.table, change.only) : [change.table];
    if (!constraint) {
      if (catalog.relation(change.table)?.known && version < 18)
        fail('42704', `constraint ${change.constraint} of ${change.table} does not exist`);
      need('schema');
      return [{ shape: 'validate-foreign-key', roles: { target } }];
    }
    if (constraint.valid) return [{ shape: 'validate-already', roles: { target } }];
    if (constraint.kind === 'foreignKey')
      return [{ shape: 'validate-foreign-key', roles: { target, referenced: family(catalog, constraint.references?.table ?? '') } }];
    if (constraint.kind !== 'notNull') return [{ shape: 'validate-check', roles: { target } }];
    const proven = constraint.columns.every((column) => isProvenNotNull(catalog, change.table, column, siblings));
    return [{ shape: proven ? 'validate-not-null-proven' : 'validate-not-null', roles: { target } }];
  },
  alterConstraint: (change, { catalog, need }) => {
    const constraint = catalog.constraint(change.table, change.constraint);
    const referenced = constraint?.references?.table;
    if (!constraint) need('schema');
    if (change.noInherit !== null)
      return [{ shape: 'alter-not-null-inherit', roles: { target: change.table, child: catalog.descendants(change.table) } }];
    if (change.enforced === true) return [{ shape: 'alter-foreign-key-enforced', roles: { target: change.table, referenced } }];
    if (change.enforced === false) return [{ shape: 'alter-foreign-key-not-enforced', roles: { target: change.table, referenced } }];
    return [{ shape: 'alter-foreign-key-deferrable', roles: { target: change.table, referenced } }];
  },
  renameConstraint: (change, { catalog }) => {
    const constraint = catalog.constraint(change.table, change.constraint);
    const inherits = constraint?.kind === 'check' || constraint?.kind === 'notNull';
    return [
      {
        shape: constraint?.index ? 'rename-key' : 'rename-constraint',
        roles: { target: inherits ? family(catalog, change.table, change.only) : change.table },
      },
    ];
  },
};
