/**
 * What a statement does to the schema, neutral of the dialect. Relations, types and functions are named
 * `schema.name`, unquoted unless the name needs it; columns, constraints and roles by their bare name.
 */

/** A type as the catalog spells it: `integer`, `character varying(50)`, `public.mood`, `text[]`. */
export type TypeName = string;

/** An expression, with what matters about it. */
export interface Expression {
  /** As written in the statement. */
  sql: string;
  /** Value of the whole expression when it is a literal (casts looked through); null for NULL; undefined otherwise. */
  literal?: string | number | boolean | null;
  /** Functions called anywhere in it, as written (`now`, `public.next_code`). */
  functions: string[];
  /** Calls of built-in functions whose volatility depends on the types of their arguments. */
  overloadedCalls?: OverloadedCall[];
  /** Columns named anywhere in it. */
  columns: string[];
  /** The column when `col IS NOT NULL` is (an AND-part of) the expression. */
  provesNotNull: string[];
  /** Worst volatility of what it calls; `unknown` when a function is neither built in nor in the catalog. */
  volatility: 'immutable' | 'stable' | 'volatile' | 'unknown';
  hasSubquery: boolean;
}

/** A call of which the arguments' types decide what it does. An argument is null where the text does not say its type. */
export interface OverloadedCall {
  function: string;
  arguments: ({ column: string } | { type: string } | null)[];
}

export type ReferentialAction = 'noAction' | 'restrict' | 'cascade' | 'setNull' | 'setDefault';

/** A constraint as a statement defines it. `name` is null when the server will choose one. */
export interface ConstraintDefinition {
  kind: 'primaryKey' | 'unique' | 'check' | 'foreignKey' | 'exclusion' | 'notNull';
  name: string | null;
  /** Columns of this table, in order; for a check those it mentions. */
  columns: string[];
  expression: Expression | null;
  references: { table: string; columns: string[]; onDelete: ReferentialAction; onUpdate: ReferentialAction } | null;
  /** Index of `USING INDEX`. */
  usingIndex: string | null;
  notValid: boolean;
  enforced: boolean;
  noInherit: boolean;
  deferrable: boolean;
  initiallyDeferred: boolean;
  nullsNotDistinct: boolean;
  /** WITHOUT OVERLAPS or PERIOD. */
  temporal: boolean;
  include: string[];
}

export interface ColumnDefinition {
  name: string;
  type: TypeName;
  collation: string | null;
  notNull: boolean;
  default: Expression | null;
  generated: { expression: Expression; stored: boolean } | null;
  identity: 'always' | 'byDefault' | null;
  /** `serial` and its kin: the column gets a sequence of its own. */
  serial: boolean;
  /** Constraints written at the column, NOT NULL aside. */
  constraints: ConstraintDefinition[];
}

export interface IndexDefinition {
  /** Null when the server will choose one. */
  name: string | null;
  table: string;
  unique: boolean;
  method: string;
  /** Null for an expression. */
  keys: { column: string | null; expression: Expression | null; descending: boolean; operatorClass: string | null; collation: string | null }[];
  include: string[];
  predicate: Expression | null;
  nullsNotDistinct: boolean;
}

/** Objects that are named, commented, owned, moved or granted without a kind of change of their own. */
export type ObjectKind =
  | 'table' | 'column' | 'index' | 'view' | 'materializedView' | 'sequence' | 'foreignTable' | 'type' | 'domain'
  | 'function' | 'procedure' | 'aggregate' | 'schema' | 'database' | 'extension' | 'trigger' | 'rule' | 'policy'
  | 'constraint' | 'role' | 'tablespace' | 'publication' | 'subscription' | 'eventTrigger' | 'statistics'
  | 'language' | 'collation' | 'cast' | 'operator' | 'other';

interface OnTable { table: string; ifTableExists?: boolean; only?: boolean }
interface OnColumn extends OnTable { column: string }

export type Change =
  // tables
  | { kind: 'createTable'; table: string; columns: ColumnDefinition[]; constraints: ConstraintDefinition[]; ifNotExists: boolean;
      persistence: 'permanent' | 'unlogged' | 'temporary'; partitionOf: { parent: string; bound: PartitionBound } | null;
      partitionBy: { strategy: string; columns: string[]; hasExpression: boolean } | null; inherits: string[]; like: { table: string; all: boolean }[]; ofType: string | null }
  | { kind: 'createTableAs'; table: string; materializedView: boolean; withData: boolean; ifNotExists: boolean; persistence: 'permanent' | 'unlogged' | 'temporary'; query: QuerySummary }
  | { kind: 'dropTable'; table: string; cascade: boolean; ifExists: boolean; foreign?: boolean }
  | { kind: 'renameTable'; table: string; to: string; ifTableExists?: boolean }
  | { kind: 'setSchema'; objectKind: ObjectKind; name: string; schema: string }
  | { kind: 'truncate'; tables: string[]; onlyTables: string[]; cascade: boolean; restartIdentity: boolean }
  | { kind: 'setPersistence'; table: string; logged: boolean }
  | { kind: 'setTablespace'; table: string; tablespace: string }
  | { kind: 'setAccessMethod'; table: string; method: string }
  | { kind: 'setStorageParameters'; relation: string; parameters: Record<string, string>; reset: boolean; onIndex: boolean }
  | { kind: 'setReplicaIdentity'; table: string; identity: 'default' | 'full' | 'nothing' | 'index'; index: string | null }
  | { kind: 'clusterOn'; table: string; index: string | null }
  | { kind: 'inherit'; table: string; parent: string; remove: boolean }
  | { kind: 'setOfType'; table: string; type: string | null }
  | { kind: 'changeOwner'; objectKind: ObjectKind; name: string; owner: string }
  // columns
  | ({ kind: 'addColumn'; definition: ColumnDefinition; ifNotExists: boolean } & OnTable)
  | ({ kind: 'dropColumn'; cascade: boolean; ifExists: boolean } & OnColumn)
  | ({ kind: 'renameColumn'; to: string } & OnColumn)
  | ({ kind: 'alterColumnType'; type: TypeName; using: Expression | null; collation: string | null } & OnColumn)
  | ({ kind: 'setNotNull' } & OnColumn)
  | ({ kind: 'dropNotNull' } & OnColumn)
  | ({ kind: 'setDefault'; default: Expression } & OnColumn)
  | ({ kind: 'dropDefault' } & OnColumn)
  | ({ kind: 'addIdentity'; identity: 'always' | 'byDefault'; start: number | null } & OnColumn)
  | ({ kind: 'setIdentity'; restart: boolean } & OnColumn)
  | ({ kind: 'dropIdentity'; ifExists: boolean } & OnColumn)
  | ({ kind: 'setExpression'; expression: Expression } & OnColumn)
  | ({ kind: 'dropExpression'; ifExists: boolean } & OnColumn)
  | ({ kind: 'setColumnStatistics'; options: boolean } & OnColumn)
  | ({ kind: 'setColumnStorage'; storage: string } & OnColumn)
  | ({ kind: 'setColumnCompression'; method: string } & OnColumn)
  // constraints
  | ({ kind: 'addConstraint'; constraint: ConstraintDefinition } & OnTable)
  | ({ kind: 'validateConstraint'; constraint: string } & OnTable)
  | ({ kind: 'dropConstraint'; constraint: string; cascade: boolean; ifExists: boolean } & OnTable)
  | ({ kind: 'alterConstraint'; constraint: string; deferrable: boolean | null; enforced: boolean | null; noInherit: boolean | null } & OnTable)
  | ({ kind: 'renameConstraint'; constraint: string; to: string } & OnTable)
  // indexes
  | { kind: 'createIndex'; index: IndexDefinition; concurrently: boolean; ifNotExists: boolean; only: boolean }
  | { kind: 'dropIndex'; indexes: string[]; concurrently: boolean; cascade: boolean; ifExists: boolean }
  | { kind: 'renameIndex'; index: string; to: string; viaTable: boolean; ifExists?: boolean }
  | { kind: 'attachIndex'; index: string; child: string }
  | { kind: 'reindex'; scope: 'index' | 'table' | 'schema' | 'system' | 'database'; name: string | null; concurrently: boolean }
  // partitions
  | { kind: 'attachPartition'; table: string; partition: string; bound: PartitionBound }
  | { kind: 'detachPartition'; table: string; partition: string; concurrently: boolean; finalize: boolean }
  // triggers, rules, row level security
  | { kind: 'createTrigger'; table: string; trigger: string; replace: boolean; timing: string; events: string[]; row: boolean; constraint: boolean; function: string }
  | { kind: 'dropTrigger'; table: string; trigger: string; cascade: boolean; ifExists: boolean }
  | { kind: 'switchTrigger'; table: string; which: 'all' | 'user' | 'name'; trigger: string | null; enable: boolean; always: boolean; replica: boolean; isRule: boolean }
  | { kind: 'createRule'; table: string; rule: string; replace: boolean }
  | { kind: 'dropRule'; table: string; rule: string; ifExists: boolean }
  | { kind: 'setRowSecurity'; table: string; action: 'enable' | 'disable' | 'force' | 'noForce' }
  | { kind: 'createPolicy'; table: string; policy: string; permissive: boolean; command: string }
  | { kind: 'alterPolicy'; table: string; policy: string }
  | { kind: 'dropPolicy'; table: string; policy: string; ifExists: boolean }
  // views, sequences
  | { kind: 'createView'; view: string; replace: boolean; columns: (string | null)[]; query: QuerySummary; temporary: boolean }
  | { kind: 'dropView'; view: string; materialized: boolean; cascade: boolean; ifExists: boolean }
  | { kind: 'alterViewOptions'; view: string }
  | { kind: 'refreshMaterializedView'; view: string; concurrently: boolean; withData: boolean }
  | { kind: 'createSequence'; sequence: string; ifNotExists: boolean; type: TypeName | null; ownedBy: { table: string; column: string } | null; temporary: boolean }
  | { kind: 'alterSequence'; sequence: string; restart: boolean; type: TypeName | null; ownedBy: { table: string; column: string } | 'none' | null; other: boolean }
  | { kind: 'dropSequence'; sequence: string; cascade: boolean; ifExists: boolean }
  // types
  | { kind: 'createEnum'; type: string; values: string[] }
  | { kind: 'addEnumValue'; type: string; value: string; ifNotExists: boolean; ordered: boolean }
  | { kind: 'renameEnumValue'; type: string; value: string; to: string }
  | { kind: 'createDomain'; domain: string; base: TypeName; notNull: boolean; default: Expression | null; constraints: ConstraintDefinition[] }
  | { kind: 'alterDomain'; domain: string; action: 'setDefault' | 'dropDefault' | 'setNotNull' | 'dropNotNull' | 'addConstraint' | 'dropConstraint' | 'validateConstraint';
      constraint: ConstraintDefinition | null; constraintName: string | null; cascade: boolean }
  | { kind: 'createCompositeType'; type: string; attributes: { name: string; type: TypeName }[] }
  | { kind: 'alterCompositeType'; type: string; action: 'addAttribute' | 'dropAttribute' | 'alterAttributeType' | 'renameAttribute'; attribute: string; attributeType: TypeName | null; cascade: boolean }
  | { kind: 'createType'; type: string }
  | { kind: 'dropType'; type: string; domain: boolean; cascade: boolean; ifExists: boolean }
  // functions
  | { kind: 'createFunction'; function: string; procedure: boolean; replace: boolean; language: string; volatility: 'immutable' | 'stable' | 'volatile';
      securityDefiner: boolean; setsSearchPath: boolean; argumentTypes: TypeName[]; argumentNames: string[]; argumentDefaults: number; returns: TypeName | null; body: string | null; atomic: boolean; returnsTrigger: boolean;
      /** Expression that the planner puts in the call's place; null for all but plain one-line SQL functions. */
      inlined: Expression | null }
  | { kind: 'dropFunction'; function: string; cascade: boolean; ifExists: boolean }
  | { kind: 'alterFunction'; function: string }
  // larger things
  | { kind: 'createSchema'; schema: string; ifNotExists: boolean }
  | { kind: 'dropSchema'; schema: string; cascade: boolean; ifExists: boolean }
  | { kind: 'createDatabase'; database: string }
  | { kind: 'dropDatabase'; database: string }
  | { kind: 'createExtension'; extension: string; ifNotExists: boolean; version: string | null; schema: string | null }
  | { kind: 'dropExtension'; extension: string; cascade: boolean; ifExists: boolean }
  | { kind: 'createPublication'; publication: string; allTables: boolean; tables: string[] }
  | { kind: 'alterPublication'; publication: string; tables: string[]; action: 'add' | 'drop' | 'set' | 'options' }
  | { kind: 'createSubscription'; subscription: string; createSlot: boolean }
  | { kind: 'dropSubscription'; subscription: string }
  | { kind: 'createStatistics'; statistics: string; table: string | null }
  | { kind: 'comment'; objectKind: ObjectKind; name: string; table: string | null }
  | { kind: 'grant'; revoke: boolean; objectKind: ObjectKind; objects: string[]; privileges: string[]; grantees: string[]; allInSchema: boolean; cascade: boolean }
  | { kind: 'rename'; objectKind: ObjectKind; name: string; to: string }
  | { kind: 'dropOwned'; roles: string[]; cascade: boolean }
  | { kind: 'reassignOwned'; roles: string[] }
  | { kind: 'createEventTrigger'; name: string }
  | { kind: 'createRole'; role: string; superuser: boolean }
  | { kind: 'alterSystem'; name: string }
  | { kind: 'createTablespace'; tablespace: string; drop: boolean }
  | { kind: 'createLanguage'; language: string; trusted: boolean }
  | { kind: 'drop'; objectKind: ObjectKind; names: string[]; cascade: boolean; ifExists: boolean }
  // upkeep
  | { kind: 'vacuum'; full: boolean; tables: string[]; analyze: boolean }
  | { kind: 'analyze'; tables: string[] }
  | { kind: 'cluster'; table: string | null; index: string | null }
  | { kind: 'checkpoint' }
  // rows
  | { kind: 'insert'; table: string; columns: string[] | null; query: QuerySummary; valuesRows: number; onConflict: boolean }
  | { kind: 'update'; table: string; only: boolean; columns: string[]; query: QuerySummary; where: WhereSummary }
  | { kind: 'delete'; table: string; only: boolean; query: QuerySummary; where: WhereSummary }
  | { kind: 'merge'; table: string; query: QuerySummary }
  | { kind: 'select'; query: QuerySummary }
  | { kind: 'copy'; table: string | null; from: boolean; program: boolean }
  | { kind: 'lockTable'; tables: string[]; mode: string; nowait: boolean }
  // session and transaction
  | { kind: 'set'; name: string; value: string | null; local: boolean; reset: boolean }
  | { kind: 'setConstraints'; deferred: boolean }
  | { kind: 'transaction'; action: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollbackTo' | 'prepare' }
  | { kind: 'discard'; all: boolean }
  // code whose statements the text does not show
  | { kind: 'doBlock'; language: string; body: string; statements: string[]; dynamic: boolean; readable: boolean; commits: boolean }
  | { kind: 'call'; procedure: string }
  // other statements that take no lock on a relation, by PostgreSQL's node name
  | { kind: 'other'; node: string };

export type ChangeKind = Change['kind'];
export type ChangeOf<Kind extends ChangeKind> = Extract<Change, { kind: Kind }>;

export interface PartitionBound {
  isDefault: boolean;
  /** As written. */
  sql: string;
}

/** What a query reads and does, without its rows. */
export interface QuerySummary {
  /** Relations read, with how: `read`, or locked by FOR UPDATE and its kin. */
  relations: string[];
  lockedRelations: string[];
  functions: string[];
  /** Columns named anywhere in it, without their table. */
  columns: string[];
  selectStar: boolean;
  hasWhere: boolean;
  hasLimit: boolean;
  /** Data modified inside a WITH. */
  modifies: string[];
  /** Values that `setval` and its kin are called with, where they are literals. */
  setval: { sequence: string; value: number | null }[];
}

export interface WhereSummary {
  present: boolean;
  /** `true`, `1 = 1`, `id = id`. */
  tautology: boolean;
  columns: string[];
  /** A range or list on a column, a LIMIT in a subquery: looks like one batch of many. */
  bounded: boolean;
  /** Columns compared with a literal, a parameter or a list. */
  literalColumns: string[];
}
