import type { LockkeeperProblem } from './errors.js';
import type { RemarkKind } from './remark.js';

/** SQL dialects that a stack may speak. `unknown` when the configuration does not tell. */
export type Dialect = 'postgres' | 'mysql' | 'mariadb' | 'sqlite' | 'unknown';

/** The seven migration tools that lockkeeper works with. */
export type SupportedTool = 'prisma' | 'drizzle' | 'alembic' | 'django' | 'goose' | 'diesel' | 'flyway';

/** Tools that are told apart from the seven, but not worked with yet. */
export type NeighbourTool =
  | 'golang-migrate'
  | 'dbmate'
  | 'sql-migrate'
  | 'knex'
  | 'typeorm'
  | 'sequelize'
  | 'rails'
  | 'liquibase'
  | 'gorm'
  | 'plain-sql';

export type ToolName = SupportedTool | NeighbourTool;

/**
 * How a runner wraps the statements of a migration.
 *
 * - `per-file`: BEGIN, every statement on its own, COMMIT, once a migration.
 * - `all`: one transaction over all migrations of one command (Alembic's default, Drizzle).
 * - `none`: every statement on its own, autocommitted.
 * - `one-string`: no BEGIN, but the whole file is sent as one simple query, which PostgreSQL runs as one implicit
 *   transaction as soon as it holds two statements (Prisma, golang-migrate, Diesel without a transaction).
 * - `automatic`: `per-file`, unless the file's first statement cannot run in a transaction, then `none` (Flyway).
 */
export type TransactionMode = 'per-file' | 'all' | 'none' | 'one-string' | 'automatic';

/** One place in a repository that proves something; `line` counts from 1. */
export interface Place {
  file: string;
  line: number | null;
}

/** Why a stack is believed to be there. */
export interface StackEvidence extends Place {
  what: string;
}

/** One migration tool found in a repository. Paths are relative to the repository's root, with `/`. */
export interface Stack {
  /** `prisma:packages/db`; the folder is `.` at the root. */
  id: string;
  tool: ToolName;
  /** False for the neighbours: recognised, not supported yet. */
  supported: boolean;
  /** `managed`: versioned migrations. `push`: a schema pushed without migrations. `unmanaged`: e.g. GORM AutoMigrate. */
  workflow: 'managed' | 'push' | 'unmanaged';
  /** What the workflow means for the reader, where it is not `managed`. */
  workflowNote: string | null;
  /** Folder of the project that owns the stack. */
  folder: string;
  toolVersion: string | null;
  dialect: Dialect;
  migrationFolders: string[];
  /** `timestamp`, `sequence`, `graph` (Alembic, Django), `journal` (Drizzle), `version` (Flyway). */
  order: 'timestamp' | 'sequence' | 'graph' | 'journal' | 'version' | 'unknown';
  migrationCount: number;
  /** Argument vector that starts the tool there, e.g. `["pnpm", "exec", "prisma"]`; null when it is embedded. */
  command: string[] | null;
  /** Name of the environment variable or setting that names the database. Never its value. */
  databaseSetting: string | null;
  transactionMode: TransactionMode;
  /**
   * Settings of the tool that judging or running needs, by a name of lockkeeper's own: `historyTable`, `historySchema`,
   * `transactionalLock`, `outOfOrder`, `format`, … Never a secret.
   */
  settings?: Record<string, string>;
  /** Heads of the revision graph, where the tool has one. */
  heads: string[];
  evidence: StackEvidence[];
  /** What could not be determined, in words. */
  undetermined: string[];
  /** Defects of the configuration, e.g. two migrations of one version. */
  problems: LockkeeperProblem[];
}

/** One script of a migration in one direction. */
export interface Script {
  file: string;
  /** Line of `file` at which `sql` starts; 1 for a whole file. */
  line: number;
  sql: string;
  /**
   * Where the lines of rendered SQL come from in the source: from line `from` of `sql` (counted from 1) up to the next
   * entry, everything was made by the call at `line` of `file`. Absent when `sql` is the file's own text.
   */
  places?: { from: number; file: string; line: number | null }[];
}

/** One versioned unit of a stack. */
export interface Migration {
  /** As the tool names it: folder, tag, revision, `app.0001_name`, file name. */
  name: string;
  stack: string;
  /** Position in the tool's own order, from 0. */
  position: number;
  /** Main file, relative to the repository's root. */
  file: string;
  up: Script | null;
  down: Script | null;
  transactionMode: TransactionMode;
  /** Transaction mode of the down script where it differs. */
  downTransactionMode?: TransactionMode;
  /** Names of the migrations that must come before this one, where the tool keeps a graph (Alembic, Django). */
  parents?: string[];
  /** Names of the migrations that this one stands for (Django's squashed migrations); those are not listed themselves. */
  replaces?: string[];
  /** Why there is no SQL: `python`, `go`, `java`: must be rendered by the real tool. Null when `up` is there. */
  unrendered: string | null;
  /** Notes of the reader: templated SQL, unknown annotation, metadata without its key. With `remark` it becomes a finding of that rule. */
  notes: { message: string; line: number | null; remark?: RemarkKind }[];
}
