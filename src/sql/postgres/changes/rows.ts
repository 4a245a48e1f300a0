import { type Node, text, texts } from '../node.js';
import { summariseQuery, summariseWhere } from './query.js';
import type { Readers } from './reader.js';

const lockLevels = [
  '',
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

/** Statements that read or change rows. */
export const rowReaders: Readers = {
  InsertStmt: (statement, environment) => [
    {
      kind: 'insert',
      table: environment.existing(statement.relation),
      columns: statement.cols ? statement.cols.map((column: Node) => column.ResTarget.name) : null,
      query: summariseQuery({ InsertStmt: statement }, environment),
      valuesRows: statement.selectStmt?.SelectStmt?.valuesLists?.length ?? (statement.selectStmt ? 0 : 1),
      onConflict: !!statement.onConflictClause,
    },
  ],
  UpdateStmt: (statement, environment) => [
    {
      kind: 'update',
      table: environment.existing(statement.relation),
      only: statement.relation.inh !== true,
      columns: (statement.targetList ?? []).map((target: Node) => target.ResTarget.name),
      query: summariseQuery({ UpdateStmt: statement }, environment),
      where: summariseWhere(statement.whereClause),
    },
  ],
  DeleteStmt: (statement, environment) => [
    {
      kind: 'delete',
      table: environment.existing(statement.relation),
      only: statement.relation.inh !== true,
      query: summariseQuery({ DeleteStmt: statement }, environment),
      where: summariseWhere(statement.whereClause),
    },
  ],
  MergeStmt: (statement, environment) => [
    { kind: 'merge', table: environment.existing(statement.relation), query: summariseQuery({ MergeStmt: statement }, environment) },
  ],
  SelectStmt: (statement, environment) => {
    const query = summariseQuery({ SelectStmt: statement }, environment);
    if (statement.intoClause) {
      return [
        {
          kind: 'createTableAs',
          table: environment.created(statement.intoClause.rel),
          materializedView: false,
          withData: true,
          ifNotExists: false,
          persistence: 'permanent',
          query,
        },
      ];
    }
    return [{ kind: 'select', query }];
  },
  TruncateStmt: (statement, environment) => [
    {
      kind: 'truncate',
      tables: (statement.relations ?? []).map((relation: Node) => environment.existing(relation.RangeVar)),
      onlyTables: (statement.relations ?? [])
        .filter((relation: Node) => relation.RangeVar.inh !== true)
        .map((relation: Node) => environment.existing(relation.RangeVar)),
      cascade: statement.behavior === 'DROP_CASCADE',
      restartIdentity: statement.restart_seqs ?? false,
    },
  ],
  CopyStmt: (statement, environment) => [
    {
      kind: 'copy',
      table: statement.relation ? environment.existing(statement.relation) : null,
      from: statement.is_from ?? false,
      program: statement.is_program ?? false,
    },
  ],
  LockStmt: (statement, environment) => [
    {
      kind: 'lockTable',
      tables: (statement.relations ?? []).map((relation: Node) => environment.existing(relation.RangeVar)),
      mode: lockLevels[statement.mode] ?? 'ACCESS EXCLUSIVE',
      nowait: statement.nowait ?? false,
    },
  ],
  CallStmt: (statement, environment) => [{ kind: 'call', procedure: environment.named(statement.funccall?.funcname ?? []) }],
  ExplainStmt: (statement) => {
    const analyses = (statement.options ?? []).some((option: Node) => option.DefElem?.defname === 'analyze');
    return [analyses ? null : { kind: 'other', node: 'ExplainStmt' }];
  },
  PrepareStmt: () => [{ kind: 'other', node: 'PrepareStmt' }],
  DeallocateStmt: () => [{ kind: 'other', node: 'DeallocateStmt' }],
  VacuumStmt: (statement, environment) => {
    const tables = (statement.rels ?? []).map((relation: Node) => environment.existing(relation.VacuumRelation.relation));
    const options = (statement.options ?? []).map((option: Node) => option.DefElem);
    const on = (name: string): boolean =>
      options.some((option: Node) => option.defname === name && !/^(false|off|0)$/i.test(text(option.arg) || 'true'));
    if (!statement.is_vacuumcmd) return [{ kind: 'analyze', tables }];
    return [{ kind: 'vacuum', full: on('full'), tables, analyze: on('analyze') }];
  },
  ClusterStmt: (statement, environment) => [
    { kind: 'cluster', table: statement.relation ? environment.existing(statement.relation) : null, index: statement.indexname ?? null },
  ],
  ReindexStmt: (statement, environment) => {
    const scope = String(statement.kind).replace('REINDEX_OBJECT_', '').toLowerCase() as
      | 'index'
      | 'table'
      | 'schema'
      | 'system'
      | 'database';
    const concurrently = (statement.params ?? []).some(
      (option: Node) => option.DefElem?.defname === 'concurrently' && !/^(false|off)$/i.test(text(option.DefElem.arg)),
    );
    return [
      {
        kind: 'reindex',
        scope,
        name: statement.relation ? environment.existing(statement.relation) : (statement.name ?? null),
        concurrently,
      },
    ];
  },
  CheckPointStmt: () => [{ kind: 'checkpoint' }],
  NotifyStmt: () => [{ kind: 'other', node: 'NotifyStmt' }],
  ListenStmt: () => [{ kind: 'other', node: 'ListenStmt' }],
  UnlistenStmt: () => [{ kind: 'other', node: 'UnlistenStmt' }],
  CommentStmt: (statement, environment) => [readComment(statement, environment)],
};

function readComment(
  statement: Node,
  environment: Parameters<NonNullable<Readers[string]>>[1],
): ReturnType<NonNullable<Readers[string]>>[number] {
  const kind = String(statement.objtype).replace('OBJECT_', '').toLowerCase();
  const names: Node[] = statement.object?.List?.items ?? (statement.object?.String ? [statement.object] : []);
  const onParts: Record<string, number> = { column: 1, tabconstraint: 1, trigger: 1, rule: 1, policy: 1 };
  const own = onParts[kind];
  const objectKind =
    (
      {
        table: 'table',
        column: 'column',
        index: 'index',
        view: 'view',
        matview: 'materializedView',
        sequence: 'sequence',
        foreign_table: 'foreignTable',
        type: 'type',
        domain: 'domain',
        tabconstraint: 'constraint',
        trigger: 'trigger',
        rule: 'rule',
        policy: 'policy',
        schema: 'schema',
        extension: 'extension',
        function: 'function',
      } as const
    )[kind as 'table'] ?? 'other';
  if (own) return { kind: 'comment', objectKind, name: text(names.at(-1)), table: environment.named(names.slice(0, -1)) };
  const isRelation = ['table', 'index', 'view', 'materializedView', 'sequence', 'foreignTable'].includes(objectKind);
  return { kind: 'comment', objectKind, name: isRelation ? environment.named(names) : texts(names).join('.'), table: null };
}
