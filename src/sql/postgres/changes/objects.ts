import type { Change, ObjectKind } from '../../../core/change.js';
import { items, type Node, text } from '../node.js';
import { objectName, objectText } from './functions.js';
import type { Environment } from './environment.js';
import type { Readers } from './reader.js';

const objectKinds: Record<string, ObjectKind> = {
  OBJECT_TABLE: 'table',
  OBJECT_COLUMN: 'column',
  OBJECT_INDEX: 'index',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materializedView',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreignTable',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'domain',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_SCHEMA: 'schema',
  OBJECT_DATABASE: 'database',
  OBJECT_EXTENSION: 'extension',
  OBJECT_TRIGGER: 'trigger',
  OBJECT_RULE: 'rule',
  OBJECT_POLICY: 'policy',
  OBJECT_TABCONSTRAINT: 'constraint',
  OBJECT_DOMCONSTRAINT: 'constraint',
  OBJECT_ROLE: 'role',
  OBJECT_TABLESPACE: 'tablespace',
  OBJECT_PUBLICATION: 'publication',
  OBJECT_SUBSCRIPTION: 'subscription',
  OBJECT_EVENT_TRIGGER: 'eventTrigger',
  OBJECT_STATISTIC_EXT: 'statistics',
  OBJECT_LANGUAGE: 'language',
  OBJECT_COLLATION: 'collation',
  OBJECT_CAST: 'cast',
  OBJECT_OPERATOR: 'operator',
  OBJECT_ATTRIBUTE: 'column',
};
const kindOf = (node: string): ObjectKind => objectKinds[node] ?? 'other';

/** DROP, RENAME, SET SCHEMA, OWNER and the larger objects: schemas, extensions, publications, roles. */
export const objectReaders: Readers = {
  DropStmt: readDrop,
  RenameStmt: (statement, environment) => [readRename(statement, environment)],
  AlterObjectSchemaStmt: (statement, environment) => [
    {
      kind: 'setSchema',
      objectKind: kindOf(statement.objectType),
      schema: statement.newschema,
      name: statement.relation ? environment.existing(statement.relation) : environment.named(objectName(statement.object)),
    },
  ],
  AlterOwnerStmt: (statement, environment) => [
    {
      kind: 'changeOwner',
      objectKind: kindOf(statement.objectType),
      owner: statement.newowner?.rolename ?? '',
      name: statement.relation ? environment.existing(statement.relation) : objectText(statement.object),
    },
  ],
  CreateSchemaStmt: (statement) => [
    (statement.schemaElts ?? []).length
      ? null
      : {
          kind: 'createSchema',
          schema: statement.schemaname ?? statement.authrole?.rolename ?? '',
          ifNotExists: statement.if_not_exists ?? false,
        },
  ],
  CreatedbStmt: (statement) => [{ kind: 'createDatabase', database: statement.dbname }],
  DropdbStmt: (statement) => [{ kind: 'dropDatabase', database: statement.dbname }],
  CreateExtensionStmt: (statement) => {
    const options = new Map<string, string>(
      (statement.options ?? []).map((option: Node) => [option.DefElem.defname, text(option.DefElem.arg)]),
    );
    return [
      {
        kind: 'createExtension',
        extension: statement.extname,
        ifNotExists: statement.if_not_exists ?? false,
        version: options.get('new_version') ?? null,
        schema: options.get('schema') ?? null,
      },
    ];
  },
  AlterExtensionStmt: () => [{ kind: 'other', node: 'AlterExtensionStmt' }],
  CreatePublicationStmt: (statement, environment) => [
    {
      kind: 'createPublication',
      publication: statement.pubname,
      allTables: statement.for_all_tables ?? false,
      tables: publicationTables(statement, environment),
    },
  ],
  AlterPublicationStmt: (statement, environment) => {
    const tables = publicationTables(statement, environment);
    const action =
      tables.length === 0
        ? 'options'
        : (({ AP_AddObjects: 'add', AP_DropObjects: 'drop' } as const)[statement.action as 'AP_AddObjects'] ?? 'set');
    return [{ kind: 'alterPublication', publication: statement.pubname, tables, action }];
  },
  CreateSubscriptionStmt: (statement) => {
    const option = (name: string): string | undefined => {
      const found = (statement.options ?? []).find((entry: Node) => entry.DefElem.defname === name);
      return found ? text(found.DefElem.arg) || String(found.DefElem.arg?.Boolean?.boolval ?? true) : undefined;
    };
    const off = (name: string): boolean => /^(false|off|0)$/i.test(option(name) ?? 'true');
    return [{ kind: 'createSubscription', subscription: statement.subname, createSlot: !off('create_slot') && !off('connect') }];
  },
  DropSubscriptionStmt: (statement) => [{ kind: 'dropSubscription', subscription: statement.subname }],
  CreateStatsStmt: (statement, environment) => [
    {
      kind: 'createStatistics',
      statistics: statement.defnames ? environment.named(statement.defnames) : '',
      table: statement.relations?.[0]?.RangeVar ? environment.existing(statement.relations[0].RangeVar) : null,
    },
  ],
  GrantStmt: (statement, environment) => {
    const relations: Node[] = statement.objects ?? [];
    return [
      {
        kind: 'grant',
        revoke: !(statement.is_grant ?? false),
        objectKind: kindOf(statement.objtype),
        objects: relations.map((object) => (object.RangeVar ? environment.existing(object.RangeVar) : objectText(object))),
        privileges: statement.privileges?.length
          ? statement.privileges.map((privilege: Node) => privilege.AccessPriv.priv_name ?? 'all')
          : ['all'],
        grantees: (statement.grantees ?? []).map((grantee: Node) => granteeName(grantee.RoleSpec)),
        allInSchema: statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA',
        cascade: statement.behavior === 'DROP_CASCADE',
      },
    ];
  },
  DropOwnedStmt: (statement) => [{ kind: 'dropOwned', roles: roles(statement), cascade: statement.behavior === 'DROP_CASCADE' }],
  ReassignOwnedStmt: (statement) => [{ kind: 'reassignOwned', roles: roles(statement) }],
  CreateEventTrigStmt: (statement) => [{ kind: 'createEventTrigger', name: statement.trigname }],
  CreateRoleStmt: (statement) => {
    const superuser = (statement.options ?? []).some(
      (option: Node) => option.DefElem.defname === 'superuser' && option.DefElem.arg?.Boolean?.boolval,
    );
    return [{ kind: 'createRole', role: statement.role, superuser }];
  },
  AlterRoleStmt: (statement) => {
    const superuser = (statement.options ?? []).some(
      (option: Node) => option.DefElem.defname === 'superuser' && option.DefElem.arg?.Boolean?.boolval,
    );
    return [{ kind: 'createRole', role: statement.role?.rolename ?? '', superuser }];
  },
  AlterSystemStmt: (statement) => [{ kind: 'alterSystem', name: statement.setstmt?.name ?? '' }],
  CreateTableSpaceStmt: (statement) => [{ kind: 'createTablespace', tablespace: statement.tablespacename, drop: false }],
  DropTableSpaceStmt: (statement) => [{ kind: 'createTablespace', tablespace: statement.tablespacename, drop: true }],
};

/** Statements that take no lock on a relation and change no table: their name is all that matters. */
export const harmlessStatements = [
  'AlterDefaultPrivilegesStmt',
  'AlterDatabaseSetStmt',
  'AlterRoleSetStmt',
  'DropRoleStmt',
  'GrantRoleStmt',
  'CreateFdwStmt',
  'AlterFdwStmt',
  'CreateForeignServerStmt',
  'AlterForeignServerStmt',
  'CreateUserMappingStmt',
  'AlterUserMappingStmt',
  'DropUserMappingStmt',
  'CreateCastStmt',
  'CreateOpClassStmt',
  'CreateOpFamilyStmt',
  'AlterOpFamilyStmt',
  'CreateConversionStmt',
  'CreateTransformStmt',
  'CreateAmStmt',
  'VariableShowStmt',
  'AlterEventTrigStmt',
  'AlterTSConfigurationStmt',
  'AlterTSDictionaryStmt',
  'AlterCollationStmt',
  'SecLabelStmt',
  'AlterStatsStmt',
  'AlterOperatorStmt',
  'AlterTypeStmt',
  'AlterObjectDependsStmt',
  'LoadStmt',
];

/** PUBLIC, CURRENT_USER and their kin have no name of their own in the tree. */
function granteeName(role: Node): string {
  return (
    role?.rolename ??
    String(role?.roletype ?? '')
      .replace('ROLESPEC_', '')
      .toLowerCase()
  );
}

function roles(statement: Node): string[] {
  return (statement.roles ?? []).map((role: Node) => role.RoleSpec?.rolename ?? '');
}

function publicationTables(statement: Node, environment: Environment): string[] {
  return (statement.pubobjects ?? [])
    .map((object: Node) => object.PublicationObjSpec?.pubtable?.relation)
    .filter(Boolean)
    .map((relation: Node) => environment.existing(relation));
}

function readDrop(statement: Node, environment: Environment): (Change | null)[] {
  const cascade = statement.behavior === 'DROP_CASCADE';
  const ifExists: boolean = statement.missing_ok ?? false;
  const objects: Node[] = statement.objects ?? [];
  const names = (): string[] => objects.map((object) => environment.named(objectName(object)));
  const onTable = (object: Node): { table: string; name: string } => {
    const parts = items(object);
    return { table: environment.named(parts.slice(0, -1)), name: text(parts.at(-1)) };
  };
  switch (statement.removeType as string) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return names().map((table) => ({
        kind: 'dropTable',
        table,
        cascade,
        ifExists,
        ...(statement.removeType === 'OBJECT_TABLE' ? {} : { foreign: true }),
      }));
    case 'OBJECT_INDEX':
      return [{ kind: 'dropIndex', indexes: names(), concurrently: statement.concurrent ?? false, cascade, ifExists }];
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
      return names().map((view) => ({
        kind: 'dropView',
        view,
        materialized: statement.removeType === 'OBJECT_MATVIEW',
        cascade,
        ifExists,
      }));
    case 'OBJECT_SEQUENCE':
      return names().map((sequence) => ({ kind: 'dropSequence', sequence, cascade, ifExists }));
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return names().map((type) => ({ kind: 'dropType', type, domain: statement.removeType === 'OBJECT_DOMAIN', cascade, ifExists }));
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
      return names().map((name) => ({ kind: 'dropFunction', function: name, cascade, ifExists }));
    case 'OBJECT_SCHEMA':
      return objects.map((object) => ({ kind: 'dropSchema', schema: text(object), cascade, ifExists }));
    case 'OBJECT_EXTENSION':
      return objects.map((object) => ({ kind: 'dropExtension', extension: text(object), cascade, ifExists }));
    case 'OBJECT_TRIGGER':
      return objects.map(onTable).map(({ table, name }) => ({ kind: 'dropTrigger', table, trigger: name, cascade, ifExists }));
    case 'OBJECT_RULE':
      return objects.map(onTable).map(({ table, name }) => ({ kind: 'dropRule', table, rule: name, ifExists }));
    case 'OBJECT_POLICY':
      return objects.map(onTable).map(({ table, name }) => ({ kind: 'dropPolicy', table, policy: name, ifExists }));
    default:
      return [{ kind: 'drop', objectKind: kindOf(statement.removeType), names: objects.map(objectText), cascade, ifExists }];
  }
}

function readRename(statement: Node, environment: Environment): Change {
  const to: string = statement.newname;
  const table = statement.relation ? environment.existing(statement.relation) : '';
  switch (statement.renameType as string) {
    case 'OBJECT_TABLE':
      return { kind: 'renameTable', table, to, ...(statement.missing_ok ? { ifTableExists: true } : {}) };
    case 'OBJECT_COLUMN':
      return { kind: 'renameColumn', table, column: statement.subname, to };
    case 'OBJECT_INDEX':
      return { kind: 'renameIndex', index: table, to, viaTable: false, ...(statement.missing_ok ? { ifExists: true } : {}) };
    case 'OBJECT_TABCONSTRAINT':
      return { kind: 'renameConstraint', table, constraint: statement.subname, to };
    case 'OBJECT_ATTRIBUTE':
      return {
        kind: 'alterCompositeType',
        type: table,
        action: 'renameAttribute',
        attribute: statement.subname,
        attributeType: null,
        cascade: statement.behavior === 'DROP_CASCADE',
      };
    default: {
      const objectKind = kindOf(statement.renameType);
      const name = table || (statement.object ? environment.named(objectName(statement.object)) : (statement.subname ?? ''));
      const isPart = ['trigger', 'rule', 'policy'].includes(objectKind);
      return {
        kind: 'rename',
        objectKind,
        name: isPart ? `${table}.${statement.subname}` : objectKind === 'schema' ? (statement.subname ?? '') : name,
        to,
      };
    }
  }
}
