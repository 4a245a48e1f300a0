/** What the conformance suite needs of one real tool. One file a tool in `../drivers/`. */
import type { SupportedTool } from '../../../src/core/stack.js';
import type { Address } from '../../../src/orms/tool.js';

/** A migration as a developer would write it by hand in the tool's own format. */
export interface HandWritten {
  /** Words of the name: `add_email`. */
  name: string;
  up: string;
  /** Null: no way back is written. */
  down: string | null;
  /** Opted out of the transaction in the tool's own way. */
  outsideTransaction?: boolean;
  /** Sorts before every migration that is there, as a branch merged late does. Graph tools: a second head from the first one. */
  late?: boolean;
}

export interface ProjectOptions {
  /** Folder of the project in the repository; `.` or e.g. `services/shop`. */
  folder: string;
  /** Migrations in a folder that is not the tool's default, by its own configuration. */
  otherFolder?: boolean;
}

/** A word on what a tool does not offer, and how lockkeeper goes round it. */
export interface NotOffered {
  notOffered: string;
  wayRound: string;
}

export interface ToolDriver {
  tool: SupportedTool;
  /** For the table: `prisma 7.10.0`. */
  label: string;
  /** Installs the pinned tool into the cache folder, once. @throws ToolUnavailable with the reason */
  install(): Promise<void>;
  /** Writes a project without migrations into the repository `root`, complete enough for the real tool. */
  project(root: string, options: ProjectOptions): Promise<void>;
  /** Adds one migration file by hand; answers its name as `list` gives it. */
  add(root: string, options: ProjectOptions, migration: HandWritten): Promise<string>;
  /** Path, relative to `root`, of the file with the up SQL or code of a migration. */
  fileOf(root: string, options: ProjectOptions, name: string): string;
  /** Environment in which the tool of this project runs: the caller's, with PATH and the project's variables, and without an address. */
  environment(): Record<string, string>;
  /** Name of the variable that the project reads its address from (`DATABASE_URL`), and its value for an address. */
  variables(address: Address): Record<string, string>;
  /** Runs the bare tool, e.g. to apply everything that is pending, as a user would without lockkeeper. */
  applyAll(root: string, options: ProjectOptions, address: Address): Promise<{ exitCode: number | null; output: string }>;
  offers: {
    /** Taking back a migration with a command of its own. */
    down: true | NotOffered;
    /** A checksum by which an edit after the run can be told. */
    edits: true | NotOffered;
    /** One migration an invocation. */
    one: true | NotOffered;
    /** Statements outside a transaction, e.g. CREATE INDEX CONCURRENTLY. */
    outsideTransaction: true | NotOffered;
    /** Creating from the models. */
    fromModels: true | NotOffered;
    /** What becomes of a `late` migration. */
    late: 'applied' | 'skipped' | 'refused' | 'head';
  };
}

/** The tool cannot be had here; the message says why, for a person. */
export class ToolUnavailable extends Error {}
