/** What a migration tool sends to a target beside the statements of a migration: its record, its locks, looks into the catalog. */

/** One statement with which a tool writes its record. */
export interface RecordWrite {
  /**
   * As the tool sends it; constants and parameters stand for any value, `{table}` for its table. Rows of VALUES are as many as
   * they are.
   */
  sql: string;
  /**
   * - `prepares`: makes the table, or brings it up to date; changes no record of a migration.
   * - `starts`: a migration begins. - `fails`: it did not go well. - `forgets`: a failed start is taken back.
   * - `applies`: it is done; only after all of its statements. - `removes`: it was taken back; likewise.
   */
  does: 'prepares' | 'starts' | 'fails' | 'forgets' | 'applies' | 'removes';
  /** How often in one run of the tool. */
  atMost: number;
  /** One of its values must be a key of the migration, or one of these. */
  keyed?: true | readonly string[];
}

/** All that a tool may send besides; anything else is refused. */
export interface Bookkeeping {
  /** Tables of its record, as written: `goose_db_version`, `"drizzle"."__drizzle_migrations"`. It may read them. */
  tables: readonly string[];
  /** Functions that it calls in a SELECT beside those that only read the catalog: advisory locks. */
  functions: readonly string[];
  writes: readonly RecordWrite[];
  /** How the record names the migration: a value of a keyed write must be one of them. */
  keys: readonly string[];
}
