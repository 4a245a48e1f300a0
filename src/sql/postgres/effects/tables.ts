import type { ChangeOf } from '../../../core/change.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { EffectsHandlers } from './handler.js';
import { type EffectsEnvironment, family, type Use } from './use.js';

/** Parameters of ALTER TABLE … SET that need more than SHARE UPDATE EXCLUSIVE (documentation of ALTER TABLE). */
const strongParameters = new Set(['user_catalog_table']);

function createdTable(change: ChangeOf<'createTable'>, { catalog, fail, need }: EffectsEnvironment): Use[] {
  if (catalog.relations.has(change.table)) {
    if (change.ifNotExists) return [{ shape: 'create-table-exists', roles: { target: change.table } }];
    if (catalog.relation(change.table)?.known) fail('42P07', `relation ${change.table} already exists`);
  }
  const uses: Use[] = [{ shape: 'create-table', roles: {} }];
  const constraints = [...change.constraints, ...change.columns.flatMap((column) => column.constraints)];
  for (const { references } of constraints) {
    if (references && references.table !== change.table)
      uses.push({
        shape: 'create-table-references',
        roles: { referenced: family(catalog, references.table, catalog.relation(references.table)?.kind !== 'partitionedTable') },
      });
  }
  for (const parent of change.inherits) uses.push({ shape: 'create-table-inherits', roles: { parent } });
  for (const { table, all } of change.like)
    uses.push({ shape: all ? 'create-table-like-all' : 'create-table-like', roles: { model: table } });
  if (!change.partitionOf) return uses;
  const { parent } = change.partitionOf;
  if (!catalog.relation(parent)?.known) need('schema');
  const existing = catalog.defaultPartition(parent);
  for (const { constraint } of catalog.foreignKeysFrom(parent))
    uses.push({ shape: 'create-table-references', roles: { referenced: constraint.references?.table } });
  for (const { table: referencing } of catalog.foreignKeysTo(parent))
    uses.push({ shape: 'create-table-references', roles: { referenced: referencing } });
  uses.push({
    shape: existing ? 'create-partition-default' : 'create-partition',
    roles: { parent, default: existing ? catalog.leaves(existing) : undefined },
  });
  return uses;
}

function droppedTable(change: ChangeOf<'dropTable'>, environment: EffectsEnvironment): Use[] {
  const { catalog, fail, need, siblings } = environment;
  const { table } = change;
  const relation = catalog.relation(table);
  if (!relation) {
    if (catalog.complete && !change.ifExists) fail('42P01', `table ${table} does not exist`);
    if (catalog.complete) return [{ shape: 'drop-table', roles: {} }];
  }
  if (!relation?.known) need('schema');
  const heirs = catalog.descendants(table).filter((child) => !catalog.relation(child)?.partitionOf);
  if (heirs.length > 0 && !change.cascade) fail('2BP01', `${heirs[0]} inherits from ${table}`);
  const partitions = catalog.descendants(table);
  const dropped = [table, ...partitions];
  const uses: Use[] = [{ shape: 'drop-table', roles: { target: dropped } }];
  const goes = new Set(dropped);
  for (const sibling of siblings)
    if (sibling.kind === 'dropTable') for (const member of family(catalog, (sibling as typeof change).table)) goes.add(member);
  for (const member of dropped) {
    for (const { constraint } of catalog.foreignKeysFrom(member)) {
      const referenced = constraint.references?.table;
      if (referenced && !dropped.includes(referenced)) uses.push({ shape: 'drop-table-references', roles: { target: member, referenced } });
    }
    for (const { table: referencing } of catalog.foreignKeysTo(member)) {
      if (goes.has(referencing)) continue;
      if (!change.cascade) fail('2BP01', `a foreign key of ${referencing} depends on ${member}`);
      uses.push({ shape: 'drop-table-cascade', roles: { target: member, referencing } });
    }
    const views = catalog.viewsBelow(member);
    if (views.length > 0 && !change.cascade) fail('2BP01', `the view ${views[0]} depends on ${member}`);
    if (views.length > 0) uses.push({ shape: 'drop-table-cascade-view', roles: { target: member, view: views, materializedView: [] } });
    const sequences = [...(catalog.relation(member)?.columns.values() ?? [])]
      .map((column) => column.sequence)
      .filter((sequence) => sequence !== null);
    if (sequences.length > 0) uses.push({ shape: 'drop-table-sequence', roles: { target: member, sequence: sequences } });
  }
  if (relation?.partitionOf) uses.push({ shape: 'drop-partition', roles: { target: table, parent: relation.partitionOf.parent } });
  const above = relation?.partitionOf ? catalog.defaultPartition(relation.partitionOf.parent) : undefined;
  if (above && above !== table) uses.push({ shape: 'detach-partition-default', roles: { default: above } });
  for (const parent of relation?.inherits ?? []) uses.push({ shape: 'drop-inheriting', roles: { target: table, parent } });
  return uses;
}

function truncated(change: ChangeOf<'truncate'>, { catalog, fail, need }: EffectsEnvironment): Use[] {
  const targets = new Set(change.tables.flatMap((table) => family(catalog, table, change.onlyTables.includes(table))));
  const uses: Use[] = [];
  for (const table of [...targets]) if (!catalog.relation(table)?.known) need('schema');
  for (let grown = true; grown; ) {
    grown = false;
    for (const table of [...targets]) {
      for (const { table: referencing } of catalog.foreignKeysTo(table)) {
        if (targets.has(referencing)) continue;
        if (!change.cascade) {
          fail('0A000', `cannot truncate ${table}: ${referencing} references it`);
          continue;
        }
        for (const member of family(catalog, referencing)) targets.add(member);
        uses.push({ shape: 'truncate-cascade', roles: { target: table, referencing: family(catalog, referencing) } });
        grown = true;
      }
    }
  }
  uses.push({ shape: 'truncate', roles: { target: [...targets] } });
  const sequences = [...targets].flatMap((table) =>
    [...(catalog.relation(table)?.columns.values() ?? [])].map((column) => column.sequence).filter((sequence) => sequence !== null),
  );
  if (change.restartIdentity && sequences.length > 0)
    uses.push({ shape: 'truncate-restart', roles: { target: [...targets], sequence: sequences } });
  return uses;
}

function ownedSequences(catalog: Catalog, table: string): string[] {
  return [...(catalog.relation(table)?.columns.values() ?? [])].map((column) => column.sequence).filter((sequence) => sequence !== null);
}

/** Effects of changes of whole tables, and of what is attached to them. */
export const tableHandlers: EffectsHandlers = {
  createTable: createdTable,
  createTableAs: (change, { catalog }) => {
    if (change.ifNotExists && catalog.relations.has(change.table))
      return [{ shape: 'create-table-exists', roles: { target: change.table } }];
    const shape = `${change.materializedView ? 'create-materialized-view' : 'create-table-as'}${change.withData ? '' : '-no-data'}`;
    return [{ shape, roles: { source: change.query.relations } }];
  },
  dropTable: droppedTable,
  truncate: truncated,
  renameTable: (change, { catalog }) => {
    if (change.ifTableExists && catalog.isMissing(change.table)) return [];
    const index = catalog.indexes.get(change.table);
    if (index) return [{ shape: 'rename-index-via-table', roles: { index: change.table, target: index.table } }];
    const kind = catalog.relation(change.table)?.kind;
    return [
      {
        shape: kind === 'view' ? 'rename-view' : kind === 'sequence' ? 'rename-sequence' : 'rename-table',
        roles: { target: change.table },
      },
    ];
  },
  setSchema: (change, { catalog }) => {
    const relational = ['table', 'view', 'materializedView', 'sequence', 'foreignTable'].includes(change.objectKind);
    if (!relational) return [{ shape: 'create-type', roles: {} }];
    const sequence = ownedSequences(catalog, change.name);
    return [
      { shape: 'set-schema', roles: { target: change.name } },
      ...(sequence.length ? [{ shape: 'set-schema-sequence', roles: { target: change.name, sequence } }] : []),
    ];
  },
  setPersistence: (change) => [{ shape: change.logged ? 'set-logged' : 'set-unlogged', roles: { target: change.table } }],
  setTablespace: (change, { catalog }) => {
    if (catalog.indexes.has(change.table))
      return [{ shape: 'set-index-tablespace', roles: { index: change.table, target: catalog.indexes.get(change.table)?.table } }];
    // Another tablespace copies the table; where it lies now is not known from text. The servers here have one only.
    if (change.tablespace !== 'pg_default') return null;
    return [{ shape: 'set-tablespace-same', roles: { target: change.table } }];
  },
  // Another method rewrites the table; no server here has a second one to measure that on.
  setAccessMethod: (change, { catalog }) =>
    (catalog.relation(change.table)?.accessMethod ?? 'heap') === change.method
      ? [{ shape: 'set-access-method-same', roles: { target: change.table } }]
      : null,
  setStorageParameters: (change, { catalog, fail }) => {
    const parent = catalog.indexes.get(change.relation)?.table;
    if (parent && catalog.relation(parent)?.kind === 'partitionedTable') fail('42809', `${change.relation} is a partitioned index`);
    if (change.onIndex || catalog.indexes.has(change.relation))
      return [{ shape: 'set-index-parameters', roles: { index: change.relation, target: catalog.indexes.get(change.relation)?.table } }];
    const isStrong = Object.keys(change.parameters).some((name) => strongParameters.has(name));
    return [
      {
        shape: isStrong ? 'set-storage-parameters-strong' : change.reset ? 'reset-storage-parameters' : 'set-storage-parameters',
        roles: { target: change.relation },
      },
    ];
  },
  setReplicaIdentity: (change) => [{ shape: 'set-replica-identity', roles: { target: change.table } }],
  changeOwner: (change, { catalog }) => {
    if (!['table', 'view', 'materializedView', 'sequence', 'foreignTable'].includes(change.objectKind))
      return [{ shape: 'create-type', roles: {} }];
    return [
      {
        shape: /^(current_user|session_user|)$/i.test(change.owner) ? 'change-owner' : 'change-owner-role',
        roles: { target: change.name, sequence: ownedSequences(catalog, change.name) },
      },
    ];
  },
  inherit: (change) => [{ shape: change.remove ? 'no-inherit' : 'inherit', roles: { target: change.table, parent: change.parent } }],
  setOfType: (change) => [
    { shape: change.type ? 'set-of-type' : 'set-of-no-type', roles: { target: change.table, type: change.type ?? undefined } },
  ],
  createTrigger: (change, { catalog }) => [
    { shape: 'create-trigger', roles: { target: change.row ? family(catalog, change.table) : change.table } },
  ],
  dropTrigger: (change, { catalog, fail }) => {
    const relation = catalog.relation(change.table);
    if (relation?.known && !relation.triggers.has(change.trigger) && !change.ifExists)
      fail('42704', `trigger ${change.trigger} of ${change.table} does not exist`);
    if (relation?.known && !relation.triggers.has(change.trigger)) return [];
    return [{ shape: 'drop-trigger', roles: { target: family(catalog, change.table) } }];
  },
  switchTrigger: (change, { catalog, need }) => {
    const relation = catalog.relation(change.table);
    // Clones of a partitioned table's triggers are switched too, on some versions.
    if (relation?.kind === 'partitionedTable' && relation.triggers.size > 0) need('schema');
    return [{ shape: change.isRule ? 'switch-rule' : 'switch-trigger', roles: { target: change.table } }];
  },
  createRule: (change) => [{ shape: 'create-rule', roles: { target: change.table } }],
  dropRule: (change) => [{ shape: 'drop-rule', roles: { target: change.table } }],
  setRowSecurity: (change) => [
    { shape: /force/i.test(change.action) ? 'force-row-security' : 'set-row-security', roles: { target: change.table } },
  ],
  createPolicy: (change) => [{ shape: 'create-policy', roles: { target: change.table } }],
  alterPolicy: (change) => [{ shape: 'alter-policy', roles: { target: change.table } }],
  dropPolicy: (change) => [{ shape: 'drop-policy', roles: { target: change.table } }],
};
