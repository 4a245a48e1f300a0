import { qualify, splitName } from '../../../core/names.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { EffectsHandlers } from './handler.js';
import { type EffectsEnvironment, family, type Use } from './use.js';

const nothing: Use[] = [{ shape: 'create-type', roles: {} }];

/** Tables with a column of the domain, of an array of it, or of a domain over it. */
function usersOf(catalog: Catalog, type: string): string[] {
  const nested = [...catalog.types.values()].filter((other) => other.base === type).flatMap((other) => usersOf(catalog, other.name));
  const direct = catalog.columnsOfType(type).map(({ table }) => table);
  return [...new Set([...direct, ...nested])].filter((table) =>
    ['table', 'partitionedTable', 'materializedView'].includes(catalog.relation(table)?.kind ?? ''),
  );
}

function typedTables(catalog: Catalog, type: string): string[] {
  return [...catalog.relations.values()].filter((relation) => relation.ofType === type).map((relation) => relation.name);
}

function ownerOf(catalog: Catalog, sequence: string): string | undefined {
  return [...catalog.relations.values()].find((relation) => [...relation.columns.values()].some((column) => column.sequence === sequence))
    ?.name;
}

function needType({ catalog, need }: EffectsEnvironment, type: string): void {
  if (!catalog.complete && !catalog.types.has(type)) need('schema');
}

/** Effects of views, sequences, types, functions and the larger objects. */
export const otherHandlers: EffectsHandlers = {
  createView: (change, { catalog }) => {
    const replaces = change.replace && catalog.relations.has(change.view);
    return [{ shape: replaces ? 'replace-view' : 'create-view', roles: { target: change.view, source: change.query.relations } }];
  },
  dropView: (change, { catalog, fail, need }) => {
    if (catalog.complete && !catalog.relations.has(change.view)) {
      if (!change.ifExists) fail('42P01', `view ${change.view} does not exist`);
      return nothing;
    }
    if (!catalog.relation(change.view)) need('schema');
    const below = catalog.viewsBelow(change.view);
    if (below.length > 0 && !change.cascade) fail('2BP01', `the view ${below[0]} depends on ${change.view}`);
    return [
      { shape: change.materialized ? 'drop-materialized-view' : 'drop-view', roles: { target: change.view } },
      ...(below.length ? [{ shape: 'drop-view-cascade', roles: { view: below } }] : []),
    ];
  },
  alterViewOptions: (change) => [{ shape: 'alter-view-options', roles: { target: change.view } }],
  refreshMaterializedView: (change, { catalog, fail }) => {
    const view = catalog.relation(change.view);
    const source = [...(view?.reads ?? [])].filter((read) => catalog.relations.has(read) || !read.includes('.', read.indexOf('.') + 1));
    if (change.concurrently && view && !view.populated) fail('0A000', `${change.view} is not populated`);
    if (
      change.concurrently &&
      view &&
      view.origin.statement !== null &&
      !catalog.indexesOf(change.view).some((index) => index.unique && !index.predicate && index.keys.every((key) => key.column))
    )
      fail('55000', `${change.view} has no unique index`);
    const shape = change.concurrently
      ? 'refresh-materialized-view-concurrently'
      : change.withData
        ? 'refresh-materialized-view'
        : 'refresh-materialized-view-no-data';
    return [{ shape, roles: { target: change.view, source } }];
  },
  createSequence: (change) => [
    { shape: change.ownedBy ? 'create-sequence-owned' : 'create-sequence', roles: { target: change.ownedBy?.table } },
  ],
  alterSequence: (change, { catalog }) => {
    const uses: Use[] = [];
    const roles = { target: change.sequence };
    if (change.restart) uses.push({ shape: 'alter-sequence-restart', roles });
    if (change.type) uses.push({ shape: 'alter-sequence-type', roles });
    if (change.other) uses.push({ shape: 'alter-sequence', roles });
    if (change.ownedBy)
      uses.push({
        shape: 'alter-sequence-owned',
        roles: { ...roles, owner: change.ownedBy === 'none' ? ownerOf(catalog, change.sequence) : change.ownedBy.table },
      });
    return uses;
  },
  dropSequence: (change, { catalog, fail }) => {
    const name = splitName(change.sequence).at(-1);
    const called = new RegExp(`nextval\\('("?[\\w$]+"?\\.)?"?${name}"?'`);
    const dependents = [...catalog.relations.values()]
      .filter((relation) =>
        [...relation.columns.values()].some(
          (column) => called.test(column.default?.sql ?? '') || (column.identity !== null && column.sequence === change.sequence),
        ),
      )
      .map((relation) => relation.name);
    if (dependents.length > 0 && !change.cascade) fail('2BP01', `${dependents[0]} depends on ${change.sequence}`);
    return [
      { shape: dependents.length ? 'drop-sequence-cascade' : 'drop-sequence', roles: { target: change.sequence, owner: dependents } },
    ];
  },
  createEnum: () => nothing,
  createDomain: () => nothing,
  createCompositeType: () => nothing,
  createType: () => nothing,
  addEnumValue: () => [{ shape: 'add-enum-value', roles: {} }],
  renameEnumValue: () => [{ shape: 'rename-enum-value', roles: {} }],
  alterDomain: (change, environment) => {
    needType(environment, change.domain);
    const user = usersOf(environment.catalog, change.domain);
    const shape = {
      addConstraint: change.constraint?.notValid ? 'domain-add-constraint-not-valid' : 'domain-add-constraint',
      validateConstraint: 'domain-validate',
      setNotNull: 'domain-set-not-null',
      dropNotNull: 'domain-drop-not-null',
      setDefault: 'domain-default',
      dropDefault: 'domain-default',
      dropConstraint: 'domain-drop-constraint',
    }[change.action];
    return [{ shape, roles: { user: user.flatMap((table) => environment.catalog.leaves(table)) } }];
  },
  alterCompositeType: (change, environment) => {
    needType(environment, change.type);
    const user = typedTables(environment.catalog, change.type);
    const users = environment.catalog.columnsOfType(change.type);
    if (users.length > 0 && change.action === 'alterAttributeType')
      environment.fail('0A000', `cannot alter type ${change.type} because a column of ${users[0]?.table} uses it`);
    if (user.length > 0 && !change.cascade)
      environment.fail('2BP01', `cannot alter type ${change.type} because it is the type of a typed table`);
    if (user.length === 0) return [{ shape: 'composite-add-attribute', roles: { type: change.type } }];
    const shape = {
      addAttribute: 'composite-add-attribute-cascade',
      dropAttribute: 'composite-drop-attribute-cascade',
      alterAttributeType: 'composite-alter-attribute-cascade',
      renameAttribute: 'composite-rename-attribute-cascade',
    }[change.action];
    return [{ shape, roles: { type: change.type, user } }];
  },
  dropType: (change, environment) => {
    needType(environment, change.type);
    const user = usersOf(environment.catalog, change.type);
    if (user.length > 0 && !change.cascade) environment.fail('2BP01', `a column of ${user[0]} depends on type ${change.type}`);
    if (user.length === 0) return [{ shape: 'drop-type', roles: {} }];
    return [
      {
        shape: change.domain ? 'drop-domain-cascade' : 'drop-type-cascade',
        roles: { user: user.flatMap((table) => family(environment.catalog, table)) },
      },
    ];
  },
  createFunction: (change, { catalog, fail }) => {
    const existing = change.replace
      ? catalog.functions.get(change.function)?.find((other) => other.argumentTypes.join() === change.argumentTypes.join())
      : undefined;
    if (existing && existing.returns !== change.returns) fail('42P13', `cannot change return type of existing function ${change.function}`);
    else if (existing?.argumentNames.some((name, position) => name !== '' && name !== change.argumentNames[position]))
      fail('42P13', `cannot change name of an input parameter of ${change.function}`);
    else if (existing && existing.argumentDefaults > change.argumentDefaults)
      fail('42P13', `cannot remove parameter defaults from existing function ${change.function}`);
    const source = [change.returns ?? '', ...change.argumentTypes]
      .map((type) => type.replace(/^SETOF /, '').replace(/\[\]$/, ''))
      .filter((type) => catalog.relations.has(type));
    return source.length ? [{ shape: 'create-function-of-table', roles: { source } }] : [{ shape: 'create-function', roles: {} }];
  },
  alterFunction: () => [{ shape: 'create-function', roles: {} }],
  dropFunction: (change, { catalog, fail }) => {
    const user = [...catalog.relations.values()]
      .filter((relation) => [...relation.triggers.values()].some((trigger) => trigger.function === change.function))
      .map((relation) => relation.name);
    if (user.length > 0 && !change.cascade) fail('2BP01', `a trigger on ${user[0]} depends on ${change.function}`);
    return [{ shape: user.length ? 'drop-function-cascade' : 'drop-function', roles: { user } }];
  },
  createSchema: () => [{ shape: 'create-schema', roles: {} }],
  dropSchema: (change, { catalog, fail, need }) => {
    const inside = [...catalog.relations.values()].filter((relation) => splitName(relation.name)[0] === change.schema);
    if (!catalog.complete) need('schema');
    else if (!change.ifExists && inside.length === 0 && !catalog.schemas.has(change.schema))
      fail('3F000', `schema ${change.schema} does not exist`);
    if (inside.length > 0 && !change.cascade) fail('2BP01', `${inside[0]?.name} is in schema ${change.schema}`);
    const target = inside.filter((relation) => relation.kind !== 'sequence').map((relation) => relation.name);
    const sequence = inside.filter((relation) => relation.kind === 'sequence').map((relation) => relation.name);
    const outside = target.flatMap((table) => [
      ...catalog.foreignKeysFrom(table).map(({ constraint }) => constraint.references?.table ?? ''),
      ...catalog.foreignKeysTo(table).map(({ table: holder }) => holder),
      ...catalog.viewsBelow(table),
    ]);
    return [
      { shape: 'drop-schema', roles: {} },
      { shape: 'drop-table-sequence', roles: { target, sequence } },
      { shape: 'drop-table-references', roles: { referenced: outside } },
    ];
  },
  rename: (change) => {
    const shapes: Partial<Record<typeof change.objectKind, string>> = {
      sequence: 'rename-sequence',
      view: 'rename-view',
      materializedView: 'rename-view',
      schema: 'rename-schema',
      trigger: 'rename-trigger',
      rule: 'rename-rule',
      policy: 'rename-policy',
    };
    const shape = shapes[change.objectKind];
    if (!shape) return nothing;
    const isPart = ['trigger', 'rule', 'policy'].includes(change.objectKind);
    const parts = splitName(change.name);
    return [{ shape, roles: { target: isPart ? qualify(parts[0] ?? '', parts[1] ?? '') : change.name } }];
  },
  createDatabase: () => [{ shape: 'create-database', roles: {} }],
  dropDatabase: () => [{ shape: 'drop-database', roles: {} }],
  alterSystem: () => [{ shape: 'alter-system', roles: {} }],
  createTablespace: () => [{ shape: 'create-tablespace', roles: {} }],
  createSubscription: (change) => (change.createSlot ? [{ shape: 'create-subscription', roles: {} }] : nothing),
  dropSubscription: () => null,
  createExtension: () => [{ shape: 'create-extension', roles: {} }],
  dropExtension: (change, { need }) => {
    if (change.cascade) need('schema');
    return nothing;
  },
  createPublication: (change, { catalog }) => [
    {
      shape: change.allTables ? 'create-publication-all' : 'create-publication',
      roles: { target: change.tables.flatMap((table) => family(catalog, table)) },
    },
  ],
  alterPublication: (change) => [
    { shape: change.action === 'drop' ? 'alter-publication-drop' : 'alter-publication-add', roles: { target: change.tables } },
  ],
  createStatistics: (change) => [{ shape: 'create-statistics', roles: { target: change.table ?? undefined } }],
  comment: (change, { catalog }) => {
    if (change.objectKind === 'index')
      return [{ shape: 'comment-index', roles: { index: change.name, target: catalog.indexes.get(change.name)?.table } }];
    if (change.objectKind === 'column') return [{ shape: 'comment-column', roles: { target: change.table ?? undefined } }];
    if (change.table) return [{ shape: 'comment-constraint', roles: { target: change.table } }];
    if (['table', 'view', 'materializedView', 'sequence', 'foreignTable'].includes(change.objectKind))
      return [{ shape: change.objectKind === 'table' ? 'comment-table' : 'comment-view', roles: { target: change.name } }];
    return nothing;
  },
  grant: (change, { catalog }) => {
    if (change.objectKind !== 'table' && change.objectKind !== 'sequence') return nothing;
    const all = change.allInSchema
      ? [...catalog.relations.values()]
          .filter((relation) => change.objects.some((schema) => splitName(relation.name)[0] === schema))
          .map((relation) => relation.name)
      : change.objects;
    return [{ shape: 'grant', roles: { target: all } }];
  },
  dropOwned: (_change, { need }) => {
    need('privileges');
    return nothing;
  },
  reassignOwned: (_change, { need }) => {
    need('privileges');
    return nothing;
  },
  createEventTrigger: () => nothing,
  createRole: () => nothing,
  createLanguage: () => nothing,
  drop: () => nothing,
  other: () => nothing,
  set: () => nothing,
  setConstraints: () => nothing,
  transaction: () => nothing,
  checkpoint: () => nothing,
  discard: (change) => (change.all ? [{ shape: 'discard-all', roles: {} }] : nothing),
};
