/** What a rehearsal is told. */
import type { AssessedStatement } from '../core/assessment.js';
import type { History } from '../core/history.js';
import type { SchemaSnapshot } from '../core/schema.js';
import type { Migration } from '../core/stack.js';
import type { ConnectInput } from '../databases/engine.js';
import type { MigrationTool, ToolCall } from '../orms/tool.js';
import type { AnalysisUnit } from '../sql/analysis.js';
import type { CatalogState } from '../sql/catalog/types.js';
import type { Place } from './places/place.js';
import type { ApplicationQuery } from './queries.js';

/** History and schema of a database at one moment; the tool's own table is not part of the schema. */
export interface Look {
  history: History;
  schema: SchemaSnapshot;
  fingerprint: string;
  invalid: Set<string>;
}

/** What the target's statistics say of a column. No value of a row is among it. */
export interface ColumnFacts {
  /** Part of the rows, 0 to 1. */
  nullFraction: number;
  /** Distinct values as PostgreSQL has them: negative is a part of the rows, -1 unique; null when unknown. */
  distinct: number | null;
}

/** The target, as far as a rehearsal starts from it. */
export interface TargetStart {
  schema: SchemaSnapshot;
  /** Rows of the tool's history table: bookkeeping, which says what is pending. */
  history: { table: string; rows: Record<string, unknown>[] };
  timeZone: string;
  /** By table and column. */
  facts: ReadonlyMap<string, ReadonlyMap<string, ColumnFacts>>;
}

export interface RehearseInput {
  tool: MigrationTool;
  call: ToolCall;
  place: Place;
  /** To rehearse, in the order in which the tool runs them. */
  migrations: readonly Migration[];
  /** Run before them, where there is no target to start from. */
  before: readonly Migration[];
  target: TargetStart | null;
  queries: readonly ApplicationQuery[];
  look: (call: ToolCall, input: ConnectInput) => Promise<Look>;
  /** Effects of scripts as they are predicted from their text on a schema. */
  predict: (units: AnalysisUnit[], catalog: CatalogState, version: number) => AssessedStatement[];
  /** Text of a file of the project, for telling whether a kept base still fits; null when it is not there. */
  fileText: (file: string) => string | null;
  writeRollback: boolean;
  progress?: (done: number, total: number, message: string) => void;
  signal?: AbortSignal;
}
