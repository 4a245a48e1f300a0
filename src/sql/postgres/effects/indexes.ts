import type { ChangeOf } from '../../../core/change.js';
import { qualify, splitName } from '../../../core/names.js';
import { indexName } from '../../catalog/apply/naming.js';
import type { EffectsHandlers } from './handler.js';
import { mutableCall } from './mutable-call.js';
import { type EffectsEnvironment, family, type Use } from './use.js';

function createdIndex(change: ChangeOf<'createIndex'>, environment: EffectsEnvironment): Use[] {
  const { catalog, fail } = environment;
  const { table } = change.index;
  const schema = splitName(table)[0] ?? 'public';
  const name = qualify(schema, change.index.name ?? indexName(catalog, change.index));
  const relation = catalog.relation(table);
  const exists = change.index.name !== null && catalog.has(name);
  const suffix = change.concurrently ? '-concurrently' : '';
  if (exists && change.ifNotExists) return [{ shape: `create-index${suffix}-exists`, roles: { target: table } }];
  if (exists) fail('42P07', `relation ${name} already exists`);
  if (change.ifNotExists && !relation?.known) environment.need('schema');
  for (const { expression } of change.index.keys) {
    const mutable = expression && mutableCall(expression, table, catalog);
    if (mutable) fail('42P17', `functions in index expression must be marked IMMUTABLE, ${mutable} is not`);
  }
  const mutable = change.index.predicate && mutableCall(change.index.predicate, table, catalog);
  if (mutable) fail('42P17', `functions in index predicate must be marked IMMUTABLE, ${mutable} is not`);
  if (relation?.kind === 'partitionedTable') {
    if (change.concurrently) {
      fail('0A000', `cannot create index on partitioned table ${table} concurrently`);
      return [{ shape: 'create-index-partitioned-concurrently', roles: {} }];
    }
    if (change.index.unique) {
      const missing = relation.partitionBy?.columns.filter((column) => !change.index.keys.some((key) => key.column === column)) ?? [];
      if (missing.length > 0) fail('0A000', `a unique index on the partitioned table ${table} must include ${missing.join(', ')}`);
    }
    if (change.only) return [{ shape: 'create-index-only', roles: { target: table } }];
    const members = family(catalog, table);
    return members.map((member) => ({
      shape: 'create-index',
      roles: {
        target: member,
        newIndex:
          catalog.relation(member)?.kind === 'partitionedTable'
            ? []
            : qualify(splitName(member)[0] ?? 'public', indexName(catalog, { ...change.index, table: member })),
      },
    }));
  }
  return [{ shape: `create-index${suffix}`, roles: { target: table, newIndex: name } }];
}

function droppedIndex(change: ChangeOf<'dropIndex'>, environment: EffectsEnvironment): Use[] {
  const { catalog, fail, need } = environment;
  if (change.concurrently && (change.indexes.length > 1 || change.cascade))
    fail('0A000', `DROP INDEX CONCURRENTLY does not support ${change.cascade ? 'CASCADE' : 'dropping multiple objects'}`);
  return change.indexes.flatMap((name) => {
    const index = catalog.indexes.get(name);
    if (!index) {
      if (!change.ifExists && catalog.complete) fail('42704', `index ${name} does not exist`);
      if (catalog.complete && change.ifExists)
        return [{ shape: change.concurrently ? 'drop-index-concurrently' : 'drop-index', roles: {} }];
      need('schema');
      return [{ shape: change.concurrently ? 'drop-index-concurrently' : 'drop-index', roles: { index: name } }];
    }
    if (index.constraint)
      fail('2BP01', `cannot drop index ${name} because constraint ${index.constraint} on table ${index.table} requires it`);
    if (index.parent) fail('2BP01', `cannot drop index ${name} because index ${index.parent} requires it`);
    const table = catalog.relation(index.table);
    if (table?.kind !== 'partitionedTable')
      return [{ shape: change.concurrently ? 'drop-index-concurrently' : 'drop-index', roles: { target: index.table, index: name } }];
    if (change.concurrently) {
      fail('0A000', `cannot drop partitioned index ${name} concurrently`);
      return [{ shape: 'drop-index-concurrently', roles: {} }];
    }
    return [{ shape: 'drop-index-partitioned', roles: { target: index.table, index: name, partition: catalog.descendants(index.table) } }];
  });
}

function reindexed(change: ChangeOf<'reindex'>, { catalog, need }: EffectsEnvironment): Use[] {
  if (change.scope === 'schema' || change.scope === 'system' || change.scope === 'database' || change.name === null) {
    const tables = [...catalog.relations.values()].filter(
      (relation) => relation.kind === 'table' && (change.scope !== 'schema' || splitName(relation.name)[0] === change.name),
    );
    if (!catalog.complete) need('schema');
    return [
      { shape: 'reindex-schema', roles: {} },
      ...tables.map((relation) => ({
        shape: change.concurrently ? 'reindex-table-concurrently' : 'reindex-table',
        roles: { target: relation.name, index: [...relation.indexes] },
      })),
    ];
  }
  const suffix = change.concurrently ? '-concurrently' : '';
  if (change.scope === 'index') {
    const target = catalog.indexes.get(change.name)?.table;
    if (!target) need('schema');
    return [{ shape: `reindex-index${suffix}`, roles: { target, index: change.name } }];
  }
  const relation = catalog.relation(change.name);
  if (!relation?.known) need('schema');
  if (relation?.kind !== 'partitionedTable')
    return [{ shape: `reindex-table${suffix}`, roles: { target: change.name, index: [...(relation?.indexes ?? [])] } }];
  const leaves = catalog.leaves(change.name);
  const index = leaves.flatMap((leaf) => [...(catalog.relation(leaf)?.indexes ?? [])]);
  return [{ shape: `reindex-partitioned${suffix}`, roles: { target: change.name, partition: catalog.descendants(change.name), index } }];
}

/** Effects of changes of indexes, and of upkeep. */
export const indexHandlers: EffectsHandlers = {
  createIndex: createdIndex,
  dropIndex: droppedIndex,
  reindex: reindexed,
  renameIndex: (change, { catalog }) =>
    change.ifExists && catalog.isMissing(change.index)
      ? []
      : [{ shape: 'rename-index', roles: { index: change.index, target: catalog.indexes.get(change.index)?.table } }],
  attachIndex: (change, { catalog }) => [
    {
      shape: 'attach-index',
      roles: {
        index: change.index,
        child: change.child,
        target: catalog.indexes.get(change.index)?.table,
        partition: catalog.indexes.get(change.child)?.table,
      },
    },
  ],
  cluster: (change, { catalog, need }) => {
    if (!change.table || !change.index) need('schema');
    return change.table ? [{ shape: 'cluster', roles: { target: catalog.leaves(change.table) } }] : null;
  },
  clusterOn: (change) => [{ shape: change.index ? 'cluster-on' : 'cluster-off', roles: { target: change.table } }],
  vacuum: (change, { catalog, need }) => {
    if (change.tables.length === 0 && !catalog.complete) need('schema');
    const tables = change.tables.length
      ? change.tables
      : [...catalog.relations.values()]
          .filter((relation) => relation.kind === 'table' || relation.kind === 'materializedView')
          .map((relation) => relation.name);
    const shape = change.full ? 'vacuum-full' : change.analyze ? 'vacuum-analyze' : 'vacuum';
    return [{ shape, roles: { target: tables } }];
  },
  analyze: (change, { catalog, need }) => {
    if (change.tables.length === 0 && !catalog.complete) need('schema');
    const all = [...catalog.relations.values()]
      .filter((relation) => /able$|materializedView/i.test(relation.kind) && relation.kind !== 'foreignTable')
      .map((relation) => relation.name);
    return [{ shape: 'analyze', roles: { target: change.tables.length ? change.tables.flatMap((table) => family(catalog, table)) : all } }];
  },
};
