import type { ColumnDefinition, ConstraintDefinition } from '../../../core/change.js';
import type { Node } from '../node.js';
import { readAlterTable, readBound } from './alter-table.js';
import { readColumn, readConstraint, readIndex } from './constraints.js';
import { summariseQuery } from './query.js';
import type { Readers } from './reader.js';

const persistence = (rangeVar: Node): 'permanent' | 'unlogged' | 'temporary' =>
  rangeVar?.relpersistence === 't' ? 'temporary' : rangeVar?.relpersistence === 'u' ? 'unlogged' : 'permanent';

const partitionOption = (node: Node): { strategy: string; columns: string[]; hasExpression: boolean } => ({
  strategy: String(node.strategy).replace('PARTITION_STRATEGY_', '').toLowerCase(),
  columns: (node.partParams ?? []).map((part: Node) => part.PartitionElem.name).filter(Boolean),
  hasExpression: (node.partParams ?? []).some((part: Node) => part.PartitionElem.expr),
});

/** CREATE TABLE and its kin, ALTER TABLE, CREATE INDEX. */
export const tableReaders: Readers = {
  CreateStmt: (statement, environment) => {
    const columns: ColumnDefinition[] = [];
    const constraints: ConstraintDefinition[] = [];
    const like: { table: string; all: boolean }[] = [];
    for (const element of statement.tableElts ?? []) {
      if (element.ColumnDef) columns.push(readColumn(element.ColumnDef, environment));
      else if (element.Constraint) {
        const constraint = readConstraint(element.Constraint, environment);
        if (constraint) constraints.push(constraint);
      } else if (element.TableLikeClause) {
        like.push({ table: environment.existing(element.TableLikeClause.relation), all: (element.TableLikeClause.options ?? 0) > 0 });
      }
    }
    const parents: string[] = (statement.inhRelations ?? []).map((parent: Node) => environment.existing(parent.RangeVar));
    return [
      {
        kind: 'createTable',
        table: environment.created(statement.relation),
        columns,
        constraints,
        like,
        ifNotExists: statement.if_not_exists ?? false,
        persistence: persistence(statement.relation),
        partitionOf: statement.partbound ? { parent: parents[0]!, bound: readBound(statement.partbound) } : null,
        partitionBy: statement.partspec ? partitionOption(statement.partspec) : null,
        inherits: statement.partbound ? [] : parents,
        ofType: statement.ofTypename ? environment.type(statement.ofTypename) : null,
      },
    ];
  },
  CreateForeignTableStmt: (statement, environment) => tableReaders.CreateStmt!(statement.base ?? statement.base_stmt, environment),
  CreateTableAsStmt: (statement, environment) => [
    {
      kind: 'createTableAs',
      table: environment.created(statement.into.rel),
      materializedView: statement.objtype === 'OBJECT_MATVIEW',
      withData: !(statement.into.skipData ?? false),
      ifNotExists: statement.if_not_exists ?? false,
      persistence: persistence(statement.into.rel),
      query: summariseQuery(statement.query, environment),
    },
  ],
  AlterTableStmt: readAlterTable,
  IndexStmt: (statement, environment) => [
    {
      kind: 'createIndex',
      index: readIndex(statement, environment),
      concurrently: statement.concurrent ?? false,
      ifNotExists: statement.if_not_exists ?? false,
      only: statement.relation.inh !== true,
    },
  ],
  ViewStmt: (statement, environment) => [
    {
      kind: 'createView',
      view: environment.created(statement.view),
      replace: statement.replace ?? false,
      columns: viewColumns(statement),
      query: summariseQuery(statement.query, environment),
      temporary: persistence(statement.view) === 'temporary',
    },
  ],
  RefreshMatViewStmt: (statement, environment) => [
    {
      kind: 'refreshMaterializedView',
      view: environment.existing(statement.relation),
      concurrently: statement.concurrent ?? false,
      withData: !(statement.skipData ?? false),
    },
  ],
  CreateTrigStmt: (statement, environment) => [
    {
      kind: 'createTrigger',
      table: environment.existing(statement.relation),
      trigger: statement.trigname,
      replace: statement.replace ?? false,
      timing: (statement.timing ?? 0) & 2 ? 'before' : (statement.timing ?? 0) & 64 ? 'insteadOf' : 'after',
      events: triggerEvents(statement.events ?? 0),
      row: statement.row ?? false,
      constraint: statement.isconstraint ?? false,
      function: environment.named(statement.funcname),
    },
  ],
  RuleStmt: (statement, environment) => [
    { kind: 'createRule', table: environment.existing(statement.relation), rule: statement.rulename, replace: statement.replace ?? false },
  ],
  CreatePolicyStmt: (statement, environment) => [
    {
      kind: 'createPolicy',
      table: environment.existing(statement.table),
      policy: statement.policy_name,
      permissive: statement.permissive ?? false,
      command: statement.cmd_name ?? 'all',
    },
  ],
  AlterPolicyStmt: (statement, environment) => [
    { kind: 'alterPolicy', table: environment.existing(statement.table), policy: statement.policy_name },
  ],
};

/** Names of a view's columns; null where only the server can tell. */
function viewColumns(statement: Node): (string | null)[] {
  const aliases: string[] = (statement.aliases ?? []).map((alias: Node) => alias.String.sval);
  let select = statement.query?.SelectStmt;
  while (select?.larg) select = select.larg;
  return (select?.targetList ?? []).map((target: Node, position: number) => {
    const value = target.ResTarget;
    const last = value.val?.ColumnRef?.fields?.at(-1);
    return aliases[position] ?? value.name ?? last?.String?.sval ?? (last?.A_Star ? '*' : null);
  });
}

function triggerEvents(bits: number): string[] {
  return [
    [4, 'insert'],
    [8, 'delete'],
    [16, 'update'],
    [32, 'truncate'],
  ]
    .filter(([bit]) => bits & (bit as number))
    .map(([, name]) => name as string);
}
