import type { ChangeOf, ColumnDefinition } from '../../../core/change.js';
import { splitName } from '../../../core/names.js';
import { indexUses, usesColumn } from '../../catalog/apply/columns.js';
import { constraintName } from '../../catalog/apply/naming.js';
import type { Catalog } from '../../catalog/catalog.js';
import { type UserTypeKind, typeChangeEffect } from '../facts/type-changes.js';
import type { EffectsHandlers } from './handler.js';
import { type EffectsEnvironment, family, type Use } from './use.js';

/** Shapes of one column that is added: how its values come about, then the constraints written at it. */
function addedColumn(change: ChangeOf<'addColumn'>, environment: EffectsEnvironment): Use[] {
  const { catalog } = environment;
  const { definition, table } = change;
  const target = family(catalog, table, change.only);
  const known = catalog.relation(table);
  if (change.ifNotExists && catalog.column(table, definition.name)) return [{ shape: 'add-column-exists', roles: { target: table } }];
  if (change.ifNotExists && !known?.known) environment.need('schema');
  if (change.only && catalog.descendants(table).length > 0) environment.fail('42P16', 'column must be added to child tables too');
  if (!change.ifNotExists && catalog.column(table, definition.name))
    environment.fail('42701', `column ${definition.name} of ${table} already exists`);
  const uses: Use[] = [...addedValue(definition, target, environment)];
  const hasDefault = definition.default !== null && definition.default.literal !== null;
  for (const constraint of definition.constraints) {
    const name = constraint.name ?? constraintName(catalog, table, constraint);
    const newIndex = `${splitName(table)[0]}.${name}`;
    switch (constraint.kind) {
      case 'check':
        if (constraint.enforced && !(definition.generated && !definition.generated.stored))
          uses.push({ shape: 'add-column-check', roles: { target } });
        break;
      case 'unique':
        uses.push({ shape: 'add-column-unique', roles: { target, newIndex } });
        break;
      case 'primaryKey':
        uses.push({ shape: 'add-column-primary-key', roles: { target, newIndex } });
        break;
      case 'foreignKey':
        if (constraint.references) {
          const referenced = family(catalog, constraint.references.table);
          const filled = hasDefault || definition.serial || definition.identity !== null || definition.generated !== null;
          uses.push({ shape: filled ? 'add-column-references-default' : 'add-column-references', roles: { target, referenced } });
        }
        break;
      default:
        break;
    }
  }
  return uses;
}

function addedValue(definition: ColumnDefinition, target: string[], environment: EffectsEnvironment): Use[] {
  const use = (shape: string, more: Use['roles'] = {}): Use[] => [{ shape, roles: { target, ...more } }];
  const { catalog } = environment;
  if (definition.serial) return use('add-column-serial');
  if (definition.identity) return use('add-column-identity');
  if (definition.generated) {
    if (definition.generated.stored) return use('add-column-stored');
    if (environment.version < 18) return use('add-column-virtual');
    if (definition.notNull) return use('add-column-virtual-not-null');
    return use(
      definition.constraints.some((constraint) => constraint.kind === 'check') ? 'add-column-virtual-checked' : 'add-column-virtual',
    );
  }
  if (isConstrainedDomain(catalog, definition.type)) return use('add-column-constrained-domain');
  const value = definition.default;
  if (!value || value.literal === null) return use(definition.notNull ? 'add-column-not-null' : 'add-column');
  const volatility = catalog.volatilityOf(value);
  if (volatility === 'unknown') environment.need('functionVolatility');
  if (volatility === 'volatile' || volatility === 'unknown') {
    const sequence = /nextval\(\s*'([^']+)'/i.exec(value.sql)?.[1];
    if (!sequence) return use('add-column-default-volatile');
    return use('add-column-default-nextval', { sequence: sequence.includes('.') ? sequence : `public.${sequence}` });
  }
  return use(volatility === 'stable' ? 'add-column-default-stable' : 'add-column-default-constant');
}

function isConstrainedDomain(catalog: Catalog, type: string): boolean {
  const domain = catalog.types.get(type);
  if (domain?.kind !== 'domain') return false;
  return domain.notNull || domain.constraints.size > 0 || (domain.base !== null && isConstrainedDomain(catalog, domain.base));
}

/** Shapes of a column that goes: its foreign keys lock the other side, its sequence and views go with it. */
function droppedColumn(change: ChangeOf<'dropColumn'>, environment: EffectsEnvironment): Use[] {
  const { catalog } = environment;
  const { table, column } = change;
  const target = family(catalog, table, change.only);
  const uses: Use[] = [{ shape: 'drop-column', roles: { target } }];
  const relation = catalog.relation(table);
  if (relation?.known && !relation.columns.has(column)) {
    if (!change.ifExists) environment.fail('42703', `column ${column} of ${table} does not exist`);
    return [{ shape: 'drop-constraint-missing', roles: { target: table } }];
  }
  if (!relation?.known) environment.need('schema');
  if (relation?.partitionBy?.columns.includes(column)) environment.fail('42P16', `${column} is part of the partition key of ${table}`);
  for (const constraint of relation?.constraints.values() ?? []) {
    if (constraint.kind === 'foreignKey' && usesColumn(constraint, column))
      uses.push({ shape: 'drop-foreign-key', roles: { target, referenced: constraint.references?.table } });
  }
  const sequence = catalog.column(table, column)?.sequence;
  if (sequence) uses.push({ shape: 'drop-column-sequence', roles: { target, sequence } });
  for (const { table: referencing, constraint } of catalog.foreignKeysTo(table)) {
    if (!constraint.references?.columns.includes(column)) continue;
    if (!change.cascade) environment.fail('2BP01', `a foreign key of ${referencing} depends on ${column}`);
    uses.push({ shape: 'drop-key-cascade', roles: { target: table, referencing } });
  }
  const generated = [...(relation?.columns.values() ?? [])].find((other) => other.generated?.expression.columns.includes(column));
  if (generated && !change.cascade && environment.version >= 15)
    environment.fail('2BP01', `the generated column ${generated.name} depends on ${column}`);
  const views = catalog.viewsOn(table, column);
  if (views.length === 0) return uses;
  if (!change.cascade) environment.fail('2BP01', `the view ${views[0]} depends on ${column}`);
  const all = [...views, ...views.flatMap((view) => catalog.viewsBelow(view))];
  return [...uses, { shape: 'drop-column-cascade-view', roles: { target, view: all } }];
}

/** Shapes of a change of type: rewrite, rebuild or neither by the measured table, then keys and checks. */
function changedType(change: ChangeOf<'alterColumnType'>, environment: EffectsEnvironment): Use[] {
  const { catalog } = environment;
  const { table, column: name } = change;
  const target = family(catalog, table, change.only);
  const column = catalog.column(table, name);
  const relation = catalog.relation(table);
  if (relation?.known && !column) environment.fail('42703', `column ${name} of ${table} does not exist`);
  if (relation?.partitionBy?.columns.includes(name)) environment.fail('42P16', `${name} is part of the partition key of ${table}`);
  if (catalog.viewsOn(table, name).length > 0) environment.fail('0A000', `a view uses ${name}`);
  if (!column?.type) environment.need('schema');
  const storage = storageOf(change, column?.type ?? null, column?.collation ?? null, environment);
  const shape = { rewrite: 'alter-type-rewrite', rebuild: 'alter-type-rebuild', none: 'alter-type-none' }[storage];
  const indexes = target.flatMap((member) => catalog.indexesOf(member)).filter((index) => indexUses(index, name));
  const uses: Use[] = [];
  const computed = indexes.filter(
    (index) => index.predicate?.columns.includes(name) || index.keys.some((key) => key.expression?.columns.includes(name)),
  );
  if (computed.length > 0 && storage === 'rewrite') environment.need('schema');
  if (computed.length > 0 && storage === 'none')
    uses.push({ shape: 'alter-type-rebuild', roles: { target, someIndexes: computed.map((index) => index.name) } });
  if (storage === 'rebuild' && indexes.length === 0) uses.push({ shape: 'alter-type-none', roles: { target } });
  else uses.push({ shape, roles: { target, someIndexes: indexes.map((index) => index.name) } });
  for (const constraint of relation?.constraints.values() ?? []) {
    if (!constraint.columns.includes(name)) continue;
    if (constraint.kind === 'foreignKey') {
      const referenced = constraint.references?.table;
      if (storage === 'rewrite' && !/^(smallint|integer|bigint)$/.test(change.type)) environment.need('schema');
      uses.push({
        shape: storage === 'rewrite' ? 'alter-type-foreign-key-rewrite' : 'alter-type-foreign-key',
        roles: { target, referenced },
      });
    } else if (constraint.kind === 'check' && storage !== 'rewrite' && constraint.valid)
      uses.push({ shape: 'alter-type-check', roles: { target } });
  }
  for (const { table: referencing, constraint } of catalog.foreignKeysTo(table)) {
    if (constraint.references?.columns.includes(name)) {
      uses.push({
        shape: storage === 'rewrite' ? 'alter-type-referenced-rewrite' : 'alter-type-referenced',
        roles: { target, referencing: family(catalog, referencing) },
      });
    }
  }
  return uses;
}

function storageOf(
  change: ChangeOf<'alterColumnType'>,
  from: string | null,
  collation: string | null,
  environment: EffectsEnvironment,
): 'rewrite' | 'rebuild' | 'none' {
  if (!from) return 'rewrite';
  const isPlainUsing =
    change.using !== null &&
    change.using.functions.length === 0 &&
    new RegExp(`^\\(*"?${change.column}"?\\s*(::[\\w\\s().,"\\[\\]]+)?\\)*$`, 'i').test(change.using.sql.trim());
  if (change.using && !isPlainUsing) return 'rewrite';
  const effect = typeChangeEffect(from, change.type, environment.version, (type) => describeType(environment.catalog, type));
  if (!effect) {
    environment.need('schema');
    return 'rewrite';
  }
  if (effect.allowed === 'no' || (effect.allowed === 'using' && change.using === null)) {
    environment.fail('42804', `${from} cannot be cast to ${change.type}${effect.allowed === 'no' ? '' : ' without USING'}`);
  }
  const isUtc = /^(utc|etc\/utc|gmt|etc\/gmt|zulu|uct)$/i.test(environment.timeZone ?? '');
  if (effect.rewrite === 'timeZone' && environment.timeZone === null) environment.need('timeZone');
  if (effect.rewrite === true || (effect.rewrite === 'timeZone' && !isUtc)) return 'rewrite';
  const storage = effect.index === 'rebuilt' ? 'rebuild' : 'none';
  if (storage === 'none' && (change.collation ?? null) !== (collation ?? null)) return 'rebuild';
  return storage;
}

function describeType(catalog: Catalog, type: string): UserTypeKind | null {
  const found = catalog.types.get(type);
  if (found?.kind === 'enum' || found?.kind === 'composite') return { kind: found.kind };
  if (found?.kind === 'domain' && found.base) return { kind: 'domain', base: found.base, constrained: isConstrainedDomain(catalog, type) };
  return null;
}

/** True when a valid CHECK that stays proves the column to be free of NULL. */
export function isProvenNotNull(catalog: Catalog, table: string, column: string, siblings: readonly { kind: string }[]): boolean {
  const dropped = new Set(
    siblings.filter((sibling) => sibling.kind === 'dropConstraint').map((sibling) => (sibling as ChangeOf<'dropConstraint'>).constraint),
  );
  return [...(catalog.relation(table)?.constraints.values() ?? [])].some(
    (constraint) =>
      constraint.kind === 'check' &&
      constraint.valid &&
      constraint.enforced &&
      !dropped.has(constraint.name) &&
      !!constraint.expression?.provesNotNull.includes(column),
  );
}

/** True where a column that is NOT NULL already keeps the server from visiting the children: partitioned tables, and all from 18 (measured). */
function isSettled({ catalog, version }: EffectsEnvironment, table: string, column: string): boolean {
  return (version >= 18 || catalog.relation(table)?.kind === 'partitionedTable') && catalog.column(table, column)?.notNull === true;
}

/** Effects of changes of a column. */
export const columnHandlers: EffectsHandlers = {
  addColumn: addedColumn,
  dropColumn: droppedColumn,
  alterColumnType: changedType,
  renameColumn: (change, { catalog }) => {
    const isView = catalog.relation(change.table)?.kind === 'view';
    return [{ shape: isView ? 'rename-view-column' : 'rename-column', roles: { target: family(catalog, change.table, change.only) } }];
  },
  setNotNull: (change, environment) =>
    family(environment.catalog, change.table, change.only || isSettled(environment, change.table, change.column)).map((table) => {
      const column = environment.catalog.column(table, change.column);
      if (!environment.catalog.relation(table)?.known && !column) environment.need('schema');
      if (column?.notNull && !column.notNullValid) return { shape: 'set-not-null-proven-not-valid', roles: { target: table } };
      if (column?.notNull) return { shape: 'set-not-null-already', roles: { target: table } };
      const proven = isProvenNotNull(environment.catalog, table, change.column, environment.siblings);
      return { shape: proven ? 'set-not-null-proven' : 'set-not-null', roles: { target: table } };
    }),
  dropNotNull: (change, { catalog, fail }) => {
    const keyed = [...(catalog.relation(change.table)?.constraints.values() ?? [])].some(
      (constraint) => constraint.kind === 'primaryKey' && constraint.columns.includes(change.column),
    );
    if (keyed) fail('42P16', `column ${change.column} is in a primary key`);
    return [{ shape: 'drop-not-null', roles: { target: family(catalog, change.table, change.only) } }];
  },
  setDefault: (change, { catalog }) => {
    if (catalog.relation(change.table)?.kind === 'view') return [{ shape: 'alter-view-default', roles: { target: change.table } }];
    const sequence = /nextval\(\s*'([^']+)'/i.exec(change.default.sql)?.[1];
    const target = family(catalog, change.table, change.only);
    if (!sequence) return [{ shape: 'set-default', roles: { target } }];
    return [{ shape: 'set-default-nextval', roles: { target, sequence: sequence.includes('.') ? sequence : `public.${sequence}` } }];
  },
  dropDefault: (change, { catalog }) => [
    {
      shape: catalog.relation(change.table)?.kind === 'view' ? 'alter-view-default' : 'drop-default',
      roles: { target: family(catalog, change.table, change.only) },
    },
  ],
  addIdentity: (change, { catalog, fail }) => {
    const column = catalog.column(change.table, change.column);
    if (column && !column.notNull) fail('55000', `column ${change.column} must be NOT NULL before identity can be added`);
    return [{ shape: 'add-identity', roles: { target: change.table } }];
  },
  setIdentity: (change, { catalog }) => [
    {
      shape: change.restart ? 'set-identity-restart' : 'set-identity',
      roles: { target: change.table, sequence: catalog.column(change.table, change.column)?.sequence ?? undefined },
    },
  ],
  dropIdentity: (change, { catalog }) => [
    {
      shape: 'drop-identity',
      roles: { target: change.table, sequence: catalog.column(change.table, change.column)?.sequence ?? undefined },
    },
  ],
  setExpression: (change, { catalog, need, version }) => {
    const generated = catalog.column(change.table, change.column)?.generated;
    if (!generated) need('schema');
    const isVirtual = version >= 18 && generated?.stored === false;
    return [
      {
        shape: isVirtual ? 'set-expression-virtual' : 'set-expression-stored',
        roles: { target: family(catalog, change.table, change.only) },
      },
    ];
  },
  dropExpression: (change, { catalog }) => [{ shape: 'drop-expression', roles: { target: family(catalog, change.table, change.only) } }],
  setColumnStatistics: (change, { catalog }) => [
    {
      shape: change.options ? 'set-column-options' : 'set-column-statistics',
      roles: { target: family(catalog, change.table, change.only) },
    },
  ],
  setColumnStorage: (change, { catalog }) => [
    { shape: 'set-column-storage', roles: { target: family(catalog, change.table, change.only) } },
  ],
  setColumnCompression: (change, { catalog }) => [
    { shape: 'set-column-compression', roles: { target: family(catalog, change.table, change.only) } },
  ],
};
