import type { ColumnDefinition, ConstraintDefinition, IndexDefinition, ReferentialAction } from '../../../core/change.js';
import { items, type Node, text, texts } from '../node.js';
import { isSerial } from '../type-name.js';
import type { Environment } from './environment.js';

const actions: Record<string, ReferentialAction> = { a: 'noAction', r: 'restrict', c: 'cascade', n: 'setNull', d: 'setDefault' };

const kinds: Record<string, ConstraintDefinition['kind']> = {
  CONSTR_PRIMARY: 'primaryKey',
  CONSTR_UNIQUE: 'unique',
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreignKey',
  CONSTR_EXCLUSION: 'exclusion',
  CONSTR_NOTNULL: 'notNull',
};

/** Reads a table constraint, or a column's when `column` is given. Null for what is no constraint (DEFAULT, IDENTITY …). */
export function readConstraint(node: Node, environment: Environment, column?: string): ConstraintDefinition | null {
  const kind = kinds[node.contype];
  if (!kind) return null;
  const expression = node.raw_expr ? environment.expression(node.raw_expr) : null;
  const keys = texts(node.keys?.length ? node.keys : node.fk_attrs);
  const exclusions = (node.exclusions ?? []).map((pair: Node) => pair.List?.items?.[0]?.IndexElem?.name).filter(Boolean);
  return {
    kind,
    name: node.conname ?? null,
    columns: column ? [column] : keys.length ? keys : exclusions.length ? exclusions : (expression?.columns ?? []),
    expression,
    references: node.pktable
      ? {
          table: environment.existing(node.pktable),
          columns: texts(node.pk_attrs),
          onDelete: actions[node.fk_del_action] ?? 'noAction',
          onUpdate: actions[node.fk_upd_action] ?? 'noAction',
        }
      : null,
    usingIndex: node.indexname ?? null,
    notValid: node.skip_validation ?? false,
    enforced: kind === 'check' || kind === 'foreignKey' ? (node.is_enforced ?? false) : true,
    noInherit: node.is_no_inherit ?? false,
    deferrable: node.deferrable ?? false,
    initiallyDeferred: node.initdeferred ?? false,
    nullsNotDistinct: node.nulls_not_distinct ?? false,
    temporal: (node.without_overlaps ?? false) || (node.fk_with_period ?? false),
    include: texts(node.including),
  };
}

/** Reads a column with what is written at it. */
export function readColumn(node: Node, environment: Environment): ColumnDefinition {
  const column: ColumnDefinition = {
    name: node.colname ?? '',
    type: node.typeName ? environment.type(node.typeName) : '',
    collation: node.collClause ? texts(node.collClause.collname).join('.') : null,
    notNull: node.is_not_null ?? false,
    default: node.raw_default ? environment.expression(node.raw_default) : null,
    generated: null,
    identity: null,
    serial: isSerial(node.typeName),
    constraints: [],
  };
  if (column.serial) column.notNull = true;
  let previous: ConstraintDefinition | null = null;
  for (const wrapped of node.constraints ?? []) {
    const constraint = wrapped.Constraint;
    switch (constraint.contype) {
      case 'CONSTR_NOTNULL': {
        column.notNull = true;
        const named = readConstraint(constraint, environment, column.name);
        if (named && constraint.conname) column.constraints.push(named);
        break;
      }
      case 'CONSTR_DEFAULT':
        column.default = environment.expression(constraint.raw_expr);
        break;
      case 'CONSTR_GENERATED':
        column.generated = { expression: environment.expression(constraint.raw_expr), stored: constraint.generated_kind === 's' };
        break;
      case 'CONSTR_IDENTITY':
        column.identity = constraint.generated_when === 'a' ? 'always' : 'byDefault';
        column.notNull = true;
        break;
      case 'CONSTR_ATTR_DEFERRABLE':
        if (previous) previous.deferrable = true;
        break;
      case 'CONSTR_ATTR_DEFERRED':
        if (previous) previous.initiallyDeferred = previous.deferrable = true;
        break;
      case 'CONSTR_ATTR_NOT_ENFORCED':
        if (previous) previous.enforced = false;
        break;
      default:
        previous = readConstraint(constraint, environment, column.name);
        if (previous) column.constraints.push(previous);
        if (previous?.kind === 'primaryKey') column.notNull = true;
    }
  }
  return column;
}

/** Reads the keys, predicate and options of CREATE INDEX. */
export function readIndex(node: Node, environment: Environment): IndexDefinition {
  return {
    name: node.idxname ?? null,
    table: environment.existing(node.relation),
    unique: node.unique ?? false,
    method: node.accessMethod ?? 'btree',
    keys: (node.indexParams ?? []).map(({ IndexElem: key }: Node) => ({
      column: key.name ?? null,
      expression: key.expr ? environment.expression(key.expr) : null,
      descending: key.ordering === 'SORTBY_DESC' || key.nulls_ordering === 'SORTBY_NULLS_FIRST',
      operatorClass: key.opclass ? texts(key.opclass).join('.') : null,
      collation: key.collation ? texts(key.collation).join('.') : null,
    })),
    include: (node.indexIncludingParams ?? []).map((key: Node) => key.IndexElem?.name ?? ''),
    predicate: node.whereClause ? environment.expression(node.whereClause) : null,
    nullsNotDistinct: node.nulls_not_distinct ?? false,
  };
}

/** Options `(name = value)` as text; an option without a value is `true`. */
export function readOptions(nodes: Node): Record<string, string> {
  const options: Record<string, string> = {};
  for (const { DefElem: option } of items(nodes)) options[option.defname] = optionText(option.arg);
  return options;
}

function optionText(argument: Node): string {
  if (!argument) return 'true';
  if (argument.Integer) return String(argument.Integer.ival ?? 0);
  if (argument.Float) return argument.Float.fval ?? '0';
  if (argument.TypeName) return texts(argument.TypeName.names).at(-1) ?? '';
  return text(argument) || String(argument.Boolean?.boolval ?? 'true');
}
