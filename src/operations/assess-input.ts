import type { Dialect, TransactionMode } from '../core/stack.js';

/** What to judge. Exactly one source: `sql`, `files`, `base`, or a stack's migrations. */
export interface AssessInput {
  /** Folder of the project; the working folder when absent. Nothing outside it is read. */
  project?: string;
  /** SQL text. With `stack` it is judged as that stack's next migration. */
  sql?: string;
  /** Files and folders. A file of a detected stack is judged as its migration, with the ones before as history. */
  files?: string[];
  /** Id of a stack, e.g. `prisma:packages/db`. May be left out when there is only one. */
  stack?: string;
  /** The stack's migrations that are not applied yet: those after the last of `applied`, or by the target's history table. */
  pending?: boolean;
  /** Names of migrations of the stack. */
  migrations?: string[];
  /** Names of applied migrations; the last of them in the tool's order counts. */
  applied?: string[];
  /** Revision of git: judge what this branch adds to it, uncommitted files included. */
  base?: string;
  /** SQL file with the schema to start from, e.g. of `pg_dump --schema-only`. It replaces the history. */
  schema?: string;
  dialect?: Dialect;
  /** Major version of PostgreSQL. */
  serverVersion?: number;
  /** Transaction around each script; the stack's own when absent. */
  transaction?: TransactionMode;
  /** Name of the environment variable that holds the address of the target. Only read, never written to. */
  databaseVariable?: string;
  /** Render migrations that are Python or Go with the real tool. This runs code of the project; default false. */
  render?: boolean;
  /** Environment variable with the address of a server for throw-away databases, for rendering; the embedded one when absent. */
  throwAwayVariable?: string;
  /** File inside the project with what `lockkeeper rehearse --json` printed: taken in as evidence. */
  rehearsal?: string;
  /** Judge down scripts as well. Default true. */
  includeDown?: boolean;
}
