import type { LockMode } from '../../src/core/effects.js';

/** One statement with the schema it meets. */
export interface Shape {
  id: string;
  /** SQL run and committed before, on top of the common setup. A line `-- next` cuts it into parts that are committed one by one. */
  setup: string;
  sql: string;
  /** SQL run earlier in the same transaction (inside a block) or session (outside one). */
  before?: string;
  /** The majors that know the statement, first and last. */
  versions?: [number, number];
  /**
   * `auto` (default): in a transaction block, and outside one if PostgreSQL answers that it cannot run in a block.
   * `transaction`: only in a block. `outside`: only outside.
   */
  mode?: 'transaction' | 'outside' | 'auto';
}

/** A shape whose relations have roles, so that what was seen can be said of any other relations in these roles. */
export interface RoleShape extends Shape {
  /** Role -> relation of the setup, as `schema.name` or as a name in `public`. */
  roles: Record<string, string>;
}

/** What one server did with one shape. Relations are named `schema.name`; all lists are sorted. */
export interface Observation {
  /** The strongest mode on each relation that was there before. */
  locks: Record<string, LockMode>;
  rewrites: string[];
  scans: string[];
  indexBuilds: string[];
  error: { code: string; message: string } | null;
  /** `false` when PostgreSQL refuses to run it in a transaction block. */
  runsInTransaction: boolean;
  /** Rows that the statement says it changed; `null` if it does not say. */
  rows: number | null;
  /** Rows that were there and are gone, for each table. */
  removedRows: Record<string, number>;
  newRelations: string[];
  /** For each index in `indexBuilds`, the table it belongs to and whether an index of that name was there before. */
  builtOn: Record<string, { table: string; existed: boolean }>;
  /** For each table with a built index: how many of the indexes it had before there were, and how many of those were built again. */
  indexesOf: Record<string, { before: number; rebuilt: number }>;
}
