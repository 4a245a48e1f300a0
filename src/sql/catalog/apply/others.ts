import { qualify, splitName } from '../../../core/names.js';
import { type Catalog, newRelation } from '../catalog.js';
import type { UserType } from '../types.js';
import { dropConstraint } from './constraints.js';
import { type ApplyContext, type ApplyHandlers, renameKey } from './context.js';
import { columnsRead, dropRelation, moveRelation } from './tables.js';

function newType(name: string, kind: UserType['kind'], origin: ApplyContext): UserType {
  return { name, kind, origin, values: [], base: null, notNull: false, constraints: new Map(), attributes: [], freshValues: new Map() };
}

/** Columns of a type that is dropped with CASCADE go with it. */
function dropType(catalog: Catalog, type: string): void {
  for (const { table, column } of catalog.columnsOfType(type)) {
    const relation = catalog.relation(table);
    for (const constraint of [...(relation?.constraints.values() ?? [])]) {
      if (relation && constraint.columns.includes(column.name)) dropConstraint(catalog, relation, constraint.name);
    }
    relation?.columns.delete(column.name);
  }
  catalog.types.delete(type);
}

/** Changes of views, sequences, types, functions, triggers, policies, schemas and publications. */
export const otherHandlers: ApplyHandlers = {
  createView: (catalog, change, context) => {
    const relation = newRelation(change.view, 'view', context);
    relation.reads = new Set(change.query.relations);
    relation.selectStar = change.query.selectStar;
    for (const name of change.columns) {
      if (name && name !== '*')
        relation.columns.set(name, {
          name,
          type: '',
          collation: null,
          notNull: false,
          notNullValid: true,
          default: null,
          generated: null,
          identity: null,
          sequence: null,
        });
    }
    for (const read of columnsRead(catalog, change.query)) relation.reads.add(read);
    catalog.relations.set(change.view, relation);
    catalog.noteReader(relation);
  },
  refreshMaterializedView: (catalog, change) => {
    catalog.touch(change.view, 'materializedView').populated = change.withData;
  },
  createSequence: (catalog, change, context) => {
    if (change.ifNotExists && catalog.relations.has(change.sequence)) return;
    catalog.relations.set(change.sequence, newRelation(change.sequence, 'sequence', context));
    const column = change.ownedBy ? catalog.column(change.ownedBy.table, change.ownedBy.column) : undefined;
    if (column) column.sequence = change.sequence;
  },
  alterSequence: (catalog, change) => {
    const column = change.ownedBy && change.ownedBy !== 'none' ? catalog.column(change.ownedBy.table, change.ownedBy.column) : undefined;
    if (column) column.sequence = change.sequence;
  },
  dropSequence: (catalog, change) => {
    for (const relation of catalog.relations.values())
      for (const column of relation.columns.values()) if (column.sequence === change.sequence) column.sequence = null;
    dropRelation(catalog, change.sequence);
  },
  createEnum: (catalog, change, context) => {
    catalog.types.set(change.type, { ...newType(change.type, 'enum', context), values: [...change.values] });
  },
  addEnumValue: (catalog, change, context) => {
    const type = catalog.types.get(change.type) ?? newType(change.type, 'enum', { statement: null, transaction: null, judged: false });
    catalog.types.set(change.type, type);
    if (type.values.includes(change.value)) return;
    type.values.push(change.value);
    if (context.transaction !== null) type.freshValues.set(change.value, context.transaction);
  },
  renameEnumValue: (catalog, change) => {
    const type = catalog.types.get(change.type);
    if (type) type.values = type.values.map((value) => (value === change.value ? change.to : value));
  },
  createDomain: (catalog, change, context) => {
    const domain = { ...newType(change.domain, 'domain', context), base: change.base, notNull: change.notNull };
    for (const [position, constraint] of change.constraints.entries()) {
      const name = constraint.name ?? `${splitName(change.domain).at(-1)}_check${position || ''}`;
      domain.constraints.set(name, { valid: true, expression: constraint.expression });
    }
    catalog.types.set(change.domain, domain);
  },
  alterDomain: (catalog, change) => {
    const domain = catalog.types.get(change.domain);
    if (!domain) return;
    if (change.action === 'setNotNull') domain.notNull = true;
    if (change.action === 'dropNotNull') domain.notNull = false;
    const name = change.constraintName ?? `${splitName(change.domain).at(-1)}_check`;
    if (change.action === 'addConstraint' && change.constraint)
      domain.constraints.set(name, { valid: !change.constraint.notValid, expression: change.constraint.expression });
    if (change.action === 'dropConstraint') domain.constraints.delete(name);
    const found = domain.constraints.get(name);
    if (change.action === 'validateConstraint' && found) found.valid = true;
  },
  createCompositeType: (catalog, change, context) => {
    catalog.types.set(change.type, { ...newType(change.type, 'composite', context), attributes: change.attributes });
  },
  createType: (catalog, change, context) => {
    catalog.types.set(change.type, newType(change.type, 'other', context));
  },
  dropType: (catalog, change) => dropType(catalog, change.type),
  createFunction: (catalog, change, context) => {
    const others = (catalog.functions.get(change.function) ?? []).filter(
      (other) => other.argumentTypes.join() !== change.argumentTypes.join(),
    );
    const { argumentTypes, argumentNames, argumentDefaults, returns, body, atomic, volatility, language, procedure } = change;
    catalog.functions.set(change.function, [
      ...others,
      {
        name: change.function,
        procedure,
        language,
        volatility,
        argumentTypes,
        argumentNames,
        argumentDefaults,
        returns,
        body,
        atomic,
        inlined: change.inlined,
        origin: context,
      },
    ]);
  },
  dropFunction: (catalog, change) => {
    catalog.functions.delete(change.function);
  },
  createTrigger: (catalog, change) => {
    catalog
      .touch(change.table)
      .triggers.set(change.trigger, { function: change.function, enabled: true, events: change.events, constraint: change.constraint });
  },
  dropTrigger: (catalog, change) => {
    catalog.touch(change.table).triggers.delete(change.trigger);
  },
  switchTrigger: (catalog, change) => {
    for (const [name, trigger] of catalog.touch(change.table).triggers)
      if (change.which !== 'name' || name === change.trigger) trigger.enabled = change.enable;
  },
  createRule: (catalog, change) => {
    catalog.touch(change.table).rules.add(change.rule);
  },
  dropRule: (catalog, change) => {
    catalog.touch(change.table).rules.delete(change.rule);
  },
  setRowSecurity: (catalog, change) => {
    if (change.action === 'enable' || change.action === 'disable') catalog.touch(change.table).rowSecurity = change.action === 'enable';
  },
  createPolicy: (catalog, change) => {
    catalog.touch(change.table).policies.add(change.policy);
  },
  dropPolicy: (catalog, change) => {
    catalog.touch(change.table).policies.delete(change.policy);
  },
  createSchema: (catalog, change) => {
    catalog.schemas.add(change.schema);
  },
  dropSchema: (catalog, change) => {
    catalog.schemas.delete(change.schema);
    const within = (name: string): boolean => splitName(name)[0] === change.schema;
    for (const name of [...catalog.relations.keys()]) if (within(name)) dropRelation(catalog, name);
    for (const name of [...catalog.types.keys()]) if (within(name)) dropType(catalog, name);
    for (const name of [...catalog.functions.keys()]) if (within(name)) catalog.functions.delete(name);
  },
  rename: (catalog, change) => {
    const to = qualify(splitName(change.name)[0] ?? 'public', change.to);
    if (change.objectKind === 'schema') {
      for (const name of [...catalog.relations.keys()]) {
        const [schema, bare] = splitName(name);
        if (schema === change.name && bare) moveRelation(catalog, name, qualify(change.to, bare));
      }
    } else if (catalog.relations.has(change.name)) moveRelation(catalog, change.name, to);
    const type = catalog.types.get(change.name);
    if (!type) return;
    for (const { column } of catalog.columnsOfType(change.name)) column.type = column.type.replace(change.name, to);
    type.name = to;
    renameKey(catalog.types, change.name, to);
  },
  createExtension: (catalog, change) => {
    catalog.extensions.add(change.extension);
  },
  dropExtension: (catalog, change) => {
    catalog.extensions.delete(change.extension);
  },
  createPublication: (catalog, change) => {
    catalog.publications.set(change.publication, { allTables: change.allTables, tables: new Set(change.tables) });
  },
  alterPublication: (catalog, change) => {
    const publication = catalog.publications.get(change.publication);
    if (!publication) return;
    if (change.action === 'set') publication.tables = new Set(change.tables);
    for (const table of change.tables) {
      if (change.action === 'drop') publication.tables.delete(table);
      else publication.tables.add(table);
    }
  },
  createStatistics: (catalog, change) => {
    if (change.table) catalog.statistics.set(change.statistics, change.table);
  },
  alterCompositeType: (catalog, change) => {
    const type = catalog.types.get(change.type);
    if (!type) return;
    if (change.action === 'addAttribute' && change.attributeType)
      type.attributes.push({ name: change.attribute, type: change.attributeType });
    if (change.action === 'dropAttribute') type.attributes = type.attributes.filter((attribute) => attribute.name !== change.attribute);
  },
};
