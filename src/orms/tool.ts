/** What a migration tool's file gives to lockkeeper, and helpers to build its answers. */
import type { ToolCheck } from '../core/drift.js';
import type { LockkeeperProblem } from '../core/errors.js';
import type { DangerousCommand, History } from '../core/history.js';
import type { RecordedStatement } from '../core/recorded.js';
import type { Migration, Stack, StackEvidence, ToolName } from '../core/stack.js';
import { baseName, byText } from './paths.js';
import type { Bookkeeping } from './run/bookkeeping.js';
import type { Repository } from './repository.js';

export interface Listing {
  migrations: Migration[];
  problems: LockkeeperProblem[];
}

/** Reads a target by SELECT; a `DatabaseSession` is one. */
export interface Reader {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A database as a tool's program is pointed at it. Never shown, never kept. */
export interface Address {
  host: string;
  port: number;
  user: string;
  password: string | null;
  database: string;
  /** Schemas that the address names for unqualified names; null when it names none. */
  searchPath: readonly string[] | null;
  /** `postgresql://…` with all of it. */
  url: string;
}

/** What surrounds a call of a tool's real program. */
export interface ToolCall {
  repository: Repository;
  stack: Stack;
  /** All migrations, as `list` gave them. */
  migrations: readonly Migration[];
  /** The caller's environment; use `toolEnvironment` for a child's. */
  environment: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** A call on a database that may be written to: the target of a run, or a throw-away. */
export interface TargetCall extends ToolCall {
  address: Address;
}

/** What one run of the tool said. What really happened is looked up by the caller, never believed from here. */
export interface ToolRun {
  /** The commands that ran, as they may be shown. */
  commands: string[][];
  exitCode: number | null;
  timedOut: boolean;
  /** Output for people: bounded, no secrets. */
  said: string;
  /** SQLSTATE and message of the database's refusal, where the output tells it. */
  error: { sqlState: string | null; message: string } | null;
  /** What a reader must know: a way round that was taken, code of the project that ran. */
  notes: string[];
}

/** SQL of migrations that are no SQL files, as the real tool makes it. */
export interface Rendering {
  /** The asked-for migrations with `up`, `down` and `transactionMode` filled where they could be; `unrendered` says why not. */
  migrations: Migration[];
  /** Code of the project that had to run for it, in words; empty when none did. */
  ran: string[];
  problems: LockkeeperProblem[];
}

/** What to write as a new migration. */
export interface NewMigration {
  /** Words of its name, e.g. `add_status`; the tool's own prefix and number come before it. */
  name: string;
  /** Up SQL; null: the tool makes it from the models. */
  sql: string | null;
  /** Down SQL, where there is one. */
  down: string | null;
  /** Statements that cannot run in a transaction are among it: the file must opt out, in the tool's own way. */
  outsideTransaction: boolean;
  /** Answers for "renamed or dropped and created?", given by a person: `users.name=users.full_name`. */
  renames: readonly { from: string; to: string }[];
  /** For the timestamp in its name. */
  now: Date;
  /** Django's app, or another place where the stack has several. */
  place: string | null;
}

/** Files of a new migration. Nothing was overwritten; on failure nothing is left. */
export interface CreatedMigration {
  name: string;
  /** New or changed files, relative to the repository's root. */
  files: { path: string; change: 'created' | 'changed' }[];
  /** What the model files still need, in words; empty when they agree. */
  modelsNeed: string[];
  notes: string[];
}

/** One migration tool. */
export interface MigrationTool {
  name: ToolName;
  /** False: recognised, not supported yet. */
  supported: boolean;
  /** Every stack of this tool. Reads files only; runs nothing of the project. */
  detect(repository: Repository): Stack[] | Promise<Stack[]>;
  /** Migrations of one stack in the tool's own order. */
  list?(repository: Repository, stack: Stack): Listing | Promise<Listing>;
  /**
   * Where every migration stands on a target. SELECT only; the tool's program is not asked, since several write when asked.
   *
   * @param read on the target
   */
  history?(call: ToolCall, read: Reader): Promise<History>;
  /**
   * Renders migrations that are no SQL files with the real tool, where `list` gave `unrendered`.
   *
   * @param names of those asked for
   * @param throwAway an empty database made for this, or null: what needs one stays unrendered and says so
   */
  render?(call: ToolCall, names: readonly string[], throwAway: ThrowAwayTarget | null): Promise<Rendering>;
  /** Writes a new migration in the tool's own format. @throws LockkeeperError WOULD_OVERWRITE, NOTHING_TO_DO, TOOL_FAILED, BAD_USAGE */
  create?(call: ToolCall, wanted: NewMigration, throwAway: ThrowAwayTarget | null): Promise<CreatedMigration>;
  /** Applies exactly one migration, which is the next pending one, with the project's own runner. */
  apply?(call: TargetCall, migration: Migration): Promise<ToolRun>;
  /**
   * Applies a migration and every one before it in one invocation, where the tool can; what it leaves out is applied one by one.
   * For filling an empty database, where it does not matter which of them fails.
   */
  applyUntil?(call: TargetCall, migration: Migration): Promise<ToolRun>;
  /**
   * Takes back exactly one migration, the newest applied one, with the project's own runner.
   *
   * @throws LockkeeperError NOT_OFFERED with the way round where there is nothing to take it back with
   */
  rollback?(call: TargetCall, migration: Migration): Promise<ToolRun>;
  /** What the tool sends to a target while it applies or takes back a migration, the migration's own statements aside. */
  bookkeeping?(call: ToolCall, migration: Migration): Promise<Bookkeeping>;
  /**
   * Takes the record of a failed start back with the tool's own command, so that the migration can be tried again. Only for tools
   * that block after a failure, and only when nothing of the migration is there.
   */
  forget?(call: TargetCall, migration: Migration): Promise<ToolRun>;
  /**
   * The tool's own check that models and files, or files and record, agree. Runs code of the project where the tool does.
   *
   * @param throwAway an empty throw-away: the tool gets to see no other database
   */
  check?(call: ToolCall, throwAway: ThrowAwayTarget): Promise<ToolCheck>;
  /** Commands that destroy data or rewrite the record. */
  danger?: readonly DangerousCommand[];
}

/** A throw-away server: databases of our own, and the statements that were sent to them. */
export interface ThrowAwayTarget {
  /** An empty database. */
  address: Address;
  /** One more empty database, e.g. Prisma's shadow. */
  another(): Promise<Address>;
  /**
   * Statements that arrived since the last call, in order, as sent on the wire. `sql` holds comments as the client wrote them.
   * Catalog reads of drivers are among them.
   */
  recorded(): RecordedStatement[];
}

/** A stack with what its tool knows of it beyond the shared vocabulary. */
export interface Found<Details> {
  stack: Stack;
  details: Details;
}

/** A stack with everything empty that was not given. */
export function newStack(given: Pick<Stack, 'tool' | 'supported' | 'folder'> & Partial<Stack>): Stack {
  return {
    id: `${given.tool}:${given.folder}`,
    workflow: 'managed',
    workflowNote: null,
    toolVersion: null,
    dialect: 'unknown',
    migrationFolders: [],
    order: 'unknown',
    migrationCount: 0,
    command: null,
    databaseSetting: null,
    transactionMode: 'per-file',
    heads: [],
    evidence: [],
    undetermined: [],
    problems: [],
    ...given,
  };
}

/** A migration with everything empty that was not given. */
export function newMigration(given: Pick<Migration, 'name' | 'stack' | 'file' | 'transactionMode'> & Partial<Migration>): Migration {
  return { position: 0, up: null, down: null, unrendered: null, notes: [], ...given };
}

/** Numbers migrations by their place in the list. */
export function positioned(migrations: Migration[]): Migration[] {
  return migrations.map((migration, position) => ({ ...migration, position }));
}

/**
 * Makes ids unique: the first stack of a folder keeps `tool:folder`, each further one gets what sets it apart.
 *
 * @param stacks stacks of one tool, sorted
 */
export function uniqueIds(stacks: Stack[]): void {
  const taken = new Set<string>();
  for (const stack of stacks) {
    const apart = stack.migrationFolders[0] ?? stack.evidence[0]?.file ?? 'other';
    for (const candidate of [stack.id, `${stack.id}#${baseName(apart)}`, `${stack.id}#${apart}`]) {
      if (taken.has(candidate)) continue;
      stack.id = candidate;
      break;
    }
    for (let number = 2; taken.has(stack.id); number += 1) stack.id = `${stack.tool}:${stack.folder}#${number}`;
    taken.add(stack.id);
  }
}

/** Finds a tool's stacks once for a repository, sorted and with unique ids; `list` looks its details up here. */
export function findOnce<Details>(repository: Repository, find: (repository: Repository) => Found<Details>[]): Found<Details>[] {
  return repository.once(find, () => {
    const found = find(repository);
    found.sort(
      (a, b) => byText(a.stack.folder, b.stack.folder) || byText(a.stack.migrationFolders[0] ?? '', b.stack.migrationFolders[0] ?? ''),
    );
    uniqueIds(found.map((each) => each.stack));
    return found;
  });
}

/** Drops evidence that says the same of the same place twice. */
export function withoutRepeats(evidence: StackEvidence[]): StackEvidence[] {
  const seen = new Set<string>();
  return evidence.filter((each) => {
    const key = `${each.file}:${each.line ?? ''}:${each.what}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Line, from 1, of an offset into a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Line of the first match, or null. Blank lines that a pattern's leading `\s*` takes in do not count. */
export function lineOf(text: string, what: string | RegExp): number | null {
  if (typeof what === 'string') {
    const at = text.indexOf(what);
    return at === -1 ? null : lineAt(text, at);
  }
  const found = new RegExp(what.source, what.flags.replace(/[gy]/g, '')).exec(text);
  return found === null ? null : lineAt(text, found.index + Math.max(0, found[0].search(/\S/)));
}
