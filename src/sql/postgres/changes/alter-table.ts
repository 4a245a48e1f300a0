import type { Change, PartitionBound } from '../../../core/change.js';
import { literalOf } from '../expression.js';
import { items, type Node, text, texts } from '../node.js';
import { readColumn, readConstraint, readOptions } from './constraints.js';
import type { Environment } from './environment.js';

/** Changes of ALTER TABLE, INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE and of a composite TYPE; null for a subcommand not known here. */
export function readAlterTable(statement: Node, environment: Environment): (Change | null)[] {
  const table = environment.existing(statement.relation);
  const only = statement.relation.inh !== true;
  const kind: string = statement.objtype;
  return statement.cmds.map(({ AlterTableCmd: command }: Node) => {
    if (kind === 'OBJECT_TYPE') return readComposite(table, command, environment);
    if (kind === 'OBJECT_INDEX') return readIndexCommand(table, command, environment);
    if (kind === 'OBJECT_VIEW' && /RelOptions$/.test(command.subtype)) return { kind: 'alterViewOptions', view: table };
    return readCommand({ table, only, ...(statement.missing_ok ? { ifTableExists: true } : {}) }, command, environment, kind);
  });
}

type Place = { table: string; only: boolean; ifTableExists?: boolean };

function readCommand(place: Place, command: Node, environment: Environment, objectType: string): Change | null {
  const { table } = place;
  const column: string = command.name ?? '';
  const at = { ...place, column };
  const cascade = command.behavior === 'DROP_CASCADE';
  const ifExists: boolean = command.missing_ok ?? false;
  switch (command.subtype as string) {
    case 'AT_AddColumn':
      return { kind: 'addColumn', ...place, definition: readColumn(command.def.ColumnDef, environment), ifNotExists: ifExists };
    case 'AT_DropColumn':
      return { kind: 'dropColumn', ...at, cascade, ifExists };
    case 'AT_AlterColumnType': {
      const definition = command.def.ColumnDef;
      return {
        kind: 'alterColumnType',
        ...at,
        type: environment.type(definition.typeName),
        using: definition.raw_default ? environment.expression(definition.raw_default) : null,
        collation: definition.collClause ? texts(definition.collClause.collname).join('.') : null,
      };
    }
    case 'AT_SetNotNull':
      return { kind: 'setNotNull', ...at };
    case 'AT_DropNotNull':
      return { kind: 'dropNotNull', ...at };
    case 'AT_ColumnDefault':
      return command.def ? { kind: 'setDefault', ...at, default: environment.expression(command.def) } : { kind: 'dropDefault', ...at };
    case 'AT_AddIdentity': {
      const start = readOptions(command.def.Constraint.options ?? []).start;
      return {
        kind: 'addIdentity',
        ...at,
        identity: command.def.Constraint.generated_when === 'a' ? 'always' : 'byDefault',
        start: start ? Number(start) : null,
      };
    }
    case 'AT_SetIdentity':
      return { kind: 'setIdentity', ...at, restart: items(command.def).some((option) => option.DefElem.defname === 'restart') };
    case 'AT_DropIdentity':
      return { kind: 'dropIdentity', ...at, ifExists };
    case 'AT_SetExpression':
      return { kind: 'setExpression', ...at, expression: environment.expression(command.def) };
    case 'AT_DropExpression':
      return { kind: 'dropExpression', ...at, ifExists };
    case 'AT_SetStatistics':
      return { kind: 'setColumnStatistics', ...at, options: false };
    case 'AT_SetOptions':
    case 'AT_ResetOptions':
      return { kind: 'setColumnStatistics', ...at, options: true };
    case 'AT_SetStorage':
      return { kind: 'setColumnStorage', ...at, storage: text(command.def) };
    case 'AT_SetCompression':
      return { kind: 'setColumnCompression', ...at, method: text(command.def) };
    case 'AT_AddConstraint': {
      const constraint = readConstraint(command.def.Constraint, environment);
      return constraint ? { kind: 'addConstraint', ...place, constraint } : null;
    }
    case 'AT_ValidateConstraint':
      return { kind: 'validateConstraint', ...place, constraint: column };
    case 'AT_DropConstraint':
      return { kind: 'dropConstraint', ...place, constraint: column, cascade, ifExists };
    case 'AT_AlterConstraint': {
      const altered = command.def.ATAlterConstraint ?? command.def.Constraint;
      return {
        kind: 'alterConstraint',
        ...place,
        constraint: altered.conname,
        deferrable: altered.alterDeferrability || altered.contype ? (altered.deferrable ?? false) : null,
        enforced: altered.alterEnforceability ? (altered.is_enforced ?? false) : null,
        noInherit: altered.alterInheritability ? (altered.noinherit ?? false) : null,
      };
    }
    case 'AT_SetLogged':
    case 'AT_SetUnLogged':
      return { kind: 'setPersistence', table, logged: command.subtype === 'AT_SetLogged' };
    case 'AT_SetTableSpace':
      return { kind: 'setTablespace', table, tablespace: column };
    case 'AT_SetAccessMethod':
      return { kind: 'setAccessMethod', table, method: column };
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
      return {
        kind: 'setStorageParameters',
        relation: table,
        parameters: readOptions(command.def),
        reset: command.subtype === 'AT_ResetRelOptions',
        onIndex: false,
      };
    case 'AT_ReplicaIdentity': {
      const identity = ({ d: 'default', f: 'full', n: 'nothing', i: 'index' } as const)[
        command.def.ReplicaIdentityStmt.identity_type as 'd'
      ];
      return { kind: 'setReplicaIdentity', table, identity, index: command.def.ReplicaIdentityStmt.name ?? null };
    }
    case 'AT_ClusterOn':
    case 'AT_DropCluster':
      return { kind: 'clusterOn', table, index: command.name ?? null };
    case 'AT_AddInherit':
    case 'AT_DropInherit':
      return { kind: 'inherit', table, parent: environment.existing(command.def.RangeVar), remove: command.subtype === 'AT_DropInherit' };
    case 'AT_AddOf':
    case 'AT_DropOf':
      return { kind: 'setOfType', table, type: command.def ? environment.type(command.def.TypeName) : null };
    case 'AT_ChangeOwner':
      return { kind: 'changeOwner', objectKind: objectKinds[objectType] ?? 'table', name: table, owner: command.newowner?.rolename ?? '' };
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize':
      return readPartitionCommand(table, command, environment);
    case 'AT_EnableRowSecurity':
      return { kind: 'setRowSecurity', table, action: 'enable' };
    case 'AT_DisableRowSecurity':
      return { kind: 'setRowSecurity', table, action: 'disable' };
    case 'AT_ForceRowSecurity':
      return { kind: 'setRowSecurity', table, action: 'force' };
    case 'AT_NoForceRowSecurity':
      return { kind: 'setRowSecurity', table, action: 'noForce' };
    default:
      return readTriggerSwitch(table, command);
  }
}

const objectKinds: Record<string, 'table' | 'view' | 'materializedView' | 'sequence' | 'foreignTable'> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materializedView',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_FOREIGN_TABLE: 'foreignTable',
};

function readTriggerSwitch(table: string, command: Node): Change | null {
  const match = /^AT_(Enable|Disable)(Always|Replica)?(Trig|Rule)(All|User)?$/.exec(command.subtype);
  if (!match) return null;
  const which = match[4] === 'All' ? 'all' : match[4] === 'User' ? 'user' : 'name';
  return {
    kind: 'switchTrigger',
    table,
    which,
    trigger: command.name ?? null,
    enable: match[1] === 'Enable',
    always: match[2] === 'Always',
    replica: match[2] === 'Replica',
    isRule: match[3] === 'Rule',
  };
}

function readPartitionCommand(table: string, command: Node, environment: Environment): Change {
  const definition = command.def.PartitionCmd;
  const partition = environment.existing(definition.name);
  if (command.subtype === 'AT_AttachPartition') return { kind: 'attachPartition', table, partition, bound: readBound(definition.bound) };
  return {
    kind: 'detachPartition',
    table,
    partition,
    concurrently: definition.concurrent ?? false,
    finalize: command.subtype === 'AT_DetachPartitionFinalize',
  };
}

/** Bound of a partition; its text is a summary of the literals. */
export function readBound(bound: Node): PartitionBound {
  const values = (list: Node): string =>
    items(list ?? [])
      .map((value) => String(literalOf(value) ?? '?'))
      .join(', ');
  if (bound?.is_default) return { isDefault: true, sql: 'DEFAULT' };
  if (bound?.strategy === 'l') return { isDefault: false, sql: `FOR VALUES IN (${values(bound.listdatums)})` };
  if (bound?.strategy === 'h')
    return { isDefault: false, sql: `FOR VALUES WITH (MODULUS ${bound.modulus}, REMAINDER ${bound.remainder ?? 0})` };
  return { isDefault: false, sql: `FOR VALUES FROM (${values(bound?.lowerdatums)}) TO (${values(bound?.upperdatums)})` };
}

function readIndexCommand(index: string, command: Node, environment: Environment): Change | null {
  switch (command.subtype) {
    case 'AT_AttachPartition':
      return { kind: 'attachIndex', index, child: environment.existing(command.def.PartitionCmd.name) };
    case 'AT_SetRelOptions':
    case 'AT_ResetRelOptions':
      return {
        kind: 'setStorageParameters',
        relation: index,
        parameters: readOptions(command.def),
        reset: command.subtype === 'AT_ResetRelOptions',
        onIndex: true,
      };
    case 'AT_SetTableSpace':
      return { kind: 'setTablespace', table: index, tablespace: command.name ?? '' };
    case 'AT_SetStatistics':
      return { kind: 'setStorageParameters', relation: index, parameters: { statistics: '' }, reset: false, onIndex: true };
    default:
      return null;
  }
}

function readComposite(type: string, command: Node, environment: Environment): Change | null {
  const actions = { AT_AddColumn: 'addAttribute', AT_DropColumn: 'dropAttribute', AT_AlterColumnType: 'alterAttributeType' } as const;
  const action = actions[command.subtype as keyof typeof actions];
  if (!action) return null;
  const definition = command.def?.ColumnDef;
  return {
    kind: 'alterCompositeType',
    type,
    action,
    attribute: command.name ?? definition?.colname ?? '',
    attributeType: definition?.typeName ? environment.type(definition.typeName) : null,
    cascade: command.behavior === 'DROP_CASCADE',
  };
}
