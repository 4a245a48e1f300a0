import type { Change, ConstraintDefinition } from '../../../core/change.js';
import { type Node, text, texts } from '../node.js';
import { readConstraint, readOptions } from './constraints.js';
import type { Readers } from './reader.js';

const domainActions: Record<string, Extract<Change, { kind: 'alterDomain' }>['action']> = {
  T: 'setDefault',
  N: 'dropNotNull',
  O: 'setNotNull',
  C: 'addConstraint',
  X: 'dropConstraint',
  V: 'validateConstraint',
};

/** Types, domains, sequences. */
export const typeReaders: Readers = {
  CreateEnumStmt: (statement, environment) => [
    { kind: 'createEnum', type: environment.named(statement.typeName), values: texts(statement.vals) },
  ],
  AlterEnumStmt: (statement, environment) => {
    const type = environment.named(statement.typeName);
    if (statement.oldVal) return [{ kind: 'renameEnumValue', type, value: statement.oldVal, to: statement.newVal }];
    return [
      {
        kind: 'addEnumValue',
        type,
        value: statement.newVal,
        ifNotExists: statement.skipIfNewValExists ?? false,
        ordered: !!statement.newValNeighbor,
      },
    ];
  },
  CreateDomainStmt: (statement, environment) => {
    const constraints: ConstraintDefinition[] = [];
    let notNull = false;
    let defaultValue = null;
    for (const { Constraint: node } of statement.constraints ?? []) {
      if (node.contype === 'CONSTR_NOTNULL') notNull = true;
      else if (node.contype === 'CONSTR_DEFAULT') defaultValue = environment.expression(node.raw_expr);
      else {
        const constraint = readConstraint(node, environment);
        if (constraint) constraints.push(constraint);
      }
    }
    return [
      {
        kind: 'createDomain',
        domain: environment.named(statement.domainname),
        base: environment.type(statement.typeName),
        notNull,
        default: defaultValue,
        constraints,
      },
    ];
  },
  AlterDomainStmt: (statement, environment) => {
    let action = domainActions[statement.subtype];
    if (!action) return [null];
    if (action === 'setDefault' && !statement.def) action = 'dropDefault';
    const definition = statement.def?.Constraint;
    return [
      {
        kind: 'alterDomain',
        domain: environment.named(statement.typeName),
        action,
        constraint: definition && action === 'addConstraint' ? readConstraint(definition, environment) : null,
        constraintName: statement.name ?? definition?.conname ?? null,
        cascade: statement.behavior === 'DROP_CASCADE',
      },
    ];
  },
  CompositeTypeStmt: (statement, environment) => [
    {
      kind: 'createCompositeType',
      type: environment.existing(statement.typevar),
      attributes: (statement.coldeflist ?? []).map(({ ColumnDef: column }: Node) => ({
        name: column.colname,
        type: environment.type(column.typeName),
      })),
    },
  ],
  CreateRangeStmt: (statement, environment) => [{ kind: 'createType', type: environment.named(statement.typeName) }],
  DefineStmt: (statement, environment) => [
    statement.kind === 'OBJECT_TYPE'
      ? { kind: 'createType', type: environment.named(statement.defnames) }
      : { kind: 'other', node: 'DefineStmt' },
  ],
  CreateSeqStmt: (statement, environment) => {
    const { type, ownedBy } = sequenceOptions(statement.options, environment);
    return [
      {
        kind: 'createSequence',
        sequence: environment.created(statement.sequence),
        ifNotExists: statement.if_not_exists ?? false,
        type,
        ownedBy: ownedBy === 'none' ? null : ownedBy,
        temporary: statement.sequence.relpersistence === 't',
      },
    ];
  },
  AlterSeqStmt: (statement, environment) => {
    const names = Object.keys(readOptions(statement.options));
    const { type, ownedBy } = sequenceOptions(statement.options, environment);
    return [
      {
        kind: 'alterSequence',
        sequence: environment.existing(statement.sequence),
        restart: names.includes('restart'),
        type,
        ownedBy,
        other: names.some((name) => !['restart', 'as', 'owned_by'].includes(name)),
      },
    ];
  },
};

function sequenceOptions(
  options: Node[] | undefined,
  environment: Parameters<NonNullable<Readers[string]>>[1],
): { type: string | null; ownedBy: { table: string; column: string } | 'none' | null } {
  let type: string | null = null;
  let ownedBy: { table: string; column: string } | 'none' | null = null;
  for (const { DefElem: option } of options ?? []) {
    if (option.defname === 'as') type = environment.type(option.arg.TypeName);
    if (option.defname === 'owned_by') {
      const parts: Node[] = option.arg.List.items;
      ownedBy = parts.length < 2 ? 'none' : { table: environment.named(parts.slice(0, -1)), column: text(parts.at(-1)) };
    }
  }
  return { type, ownedBy };
}
