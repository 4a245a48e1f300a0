import type { ConstraintDefinition, Expression, IndexDefinition, PartitionBound, TypeName } from '../../core/change.js';

/** A column as the catalog has it at one moment. */
export interface Column {
  name: string;
  type: TypeName;
  collation: string | null;
  notNull: boolean;
  /** PostgreSQL 18: NOT NULL constraint that is not validated yet. */
  notNullValid: boolean;
  default: Expression | null;
  generated: { expression: Expression; stored: boolean } | null;
  identity: 'always' | 'byDefault' | null;
  /** Sequence owned by the column (serial, identity). */
  sequence: string | null;
}

export interface Constraint extends ConstraintDefinition {
  name: string;
  valid: boolean;
  /** Backing index of a key, by qualified name. */
  index: string | null;
}

export interface Index extends IndexDefinition {
  /** Qualified. */
  name: string;
  valid: boolean;
  /** Name of the constraint that it backs. */
  constraint: string | null;
  /** Index of the partitioned parent that it is attached to. */
  parent: string | null;
  origin: Origin;
}

export type RelationKind = 'table' | 'partitionedTable' | 'view' | 'materializedView' | 'sequence' | 'foreignTable';

/** Where an object came from, as far as this analysis saw. */
export interface Origin {
  /** Statement (index over the whole analysis) that made it; null when it was there before. */
  statement: number | null;
  /** Number of the transaction that made it; null when it was there before. */
  transaction: number | null;
  /** True when it was made by a migration under judgement: no application uses it yet. */
  judged: boolean;
}

export interface Relation {
  /** Qualified: `public.users`. */
  name: string;
  /** False when only its name was seen: columns, keys and children are then what later statements added. */
  known: boolean;
  kind: RelationKind;
  persistence: 'permanent' | 'unlogged' | 'temporary';
  columns: Map<string, Column>;
  constraints: Map<string, Constraint>;
  /** Qualified names. */
  indexes: Set<string>;
  partitionOf: { parent: string; bound: PartitionBound } | null;
  partitionBy: { strategy: string; columns: string[]; hasExpression: boolean } | null;
  /** Partitions and inheriting tables. */
  children: Set<string>;
  /** Plain inheritance parents. */
  inherits: Set<string>;
  triggers: Map<string, { function: string; enabled: boolean; events: string[]; constraint: boolean }>;
  rules: Set<string>;
  policies: Set<string>;
  rowSecurity: boolean;
  replicaIdentity: 'default' | 'full' | 'nothing' | 'index';
  /** Views: relations and columns that the definition reads (`schema.table` or `schema.table.column`). */
  reads: Set<string>;
  /** Views: defined with `*`. */
  selectStar: boolean;
  ofType: string | null;
  populated: boolean;
  accessMethod: string;
  origin: Origin;
}

export interface UserType {
  name: string;
  kind: 'enum' | 'domain' | 'composite' | 'other';
  values: string[];
  base: TypeName | null;
  notNull: boolean;
  constraints: Map<string, { valid: boolean; expression: Expression | null }>;
  attributes: { name: string; type: TypeName }[];
  /** Enum values that were added in the transaction of that number, not usable before it commits. */
  freshValues: Map<string, number>;
  origin: Origin;
}

export interface UserFunction {
  name: string;
  procedure: boolean;
  language: string;
  volatility: 'immutable' | 'stable' | 'volatile';
  argumentTypes: TypeName[];
  argumentNames: string[];
  argumentDefaults: number;
  returns: TypeName | null;
  body: string | null;
  atomic: boolean;
  /** Expression that the planner puts in the call's place: SQL functions of one plain SELECT. Null for the others. */
  inlined: Expression | null;
  origin: Origin;
}

/**
 * The schema at one moment. `complete` is true when it came from a live catalog or a full history: then a relation that
 * is not in it does not exist; otherwise it is merely not known.
 */
export interface CatalogState {
  complete: boolean;
  schemas: Set<string>;
  relations: Map<string, Relation>;
  indexes: Map<string, Index>;
  types: Map<string, UserType>;
  functions: Map<string, UserFunction[]>;
  extensions: Set<string>;
  publications: Map<string, { allTables: boolean; tables: Set<string> }>;
  /** Extended statistics objects, by qualified name, with their table. */
  statistics: Map<string, string>;
}
