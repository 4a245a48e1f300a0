/** What somebody wants to change, as an intent. Names as in SQL: `users`, `shop.users`, `"User"`; expressions as SQL text. */

interface OnTable {
  table: string;
}
interface OnColumn extends OnTable {
  column: string;
}

export type PlanChange =
  // columns
  | ({
      kind: 'addColumn';
      type: string;
      notNull?: boolean;
      default?: string;
      generated?: string;
      stored?: boolean;
      identity?: 'always' | 'byDefault';
    } & OnColumn)
  | ({ kind: 'dropColumn' } & OnColumn)
  | ({ kind: 'renameColumn'; to: string } & OnColumn)
  /** `using`: new value from the old; `back`: old value from the new, for the way back. Both may name the column. */
  | ({ kind: 'changeType'; type: string; using?: string; back?: string } & OnColumn)
  | ({ kind: 'setNotNull' /** Value for rows that hold NULL. */; fill?: string } & OnColumn)
  | ({ kind: 'dropNotNull' } & OnColumn)
  | ({ kind: 'setDefault'; default: string } & OnColumn)
  | ({ kind: 'dropDefault' } & OnColumn)
  // indexes and constraints
  | ({
      kind: 'addIndex';
      columns: string[];
      unique?: boolean;
      method?: string;
      where?: string;
      include?: string[];
      name?: string;
    } & OnTable)
  | { kind: 'dropIndex'; index: string }
  | ({ kind: 'addUnique'; columns: string[]; name?: string } & OnTable)
  | ({ kind: 'addPrimaryKey'; columns: string[]; name?: string } & OnTable)
  | ({
      kind: 'addForeignKey';
      columns: string[];
      references: string;
      referencedColumns?: string[];
      onDelete?: 'cascade' | 'set null' | 'set default' | 'restrict';
      name?: string;
    } & OnTable)
  | ({ kind: 'addCheck'; expression: string; name?: string } & OnTable)
  /** `definition`: what stands after EXCLUDE, e.g. `USING gist (room WITH =, during WITH &&)`. */
  | ({ kind: 'addExclusion'; definition: string; name: string } & OnTable)
  | ({ kind: 'dropConstraint'; name: string } & OnTable)
  // tables
  | ({ kind: 'renameTable'; to: string } & OnTable)
  | ({ kind: 'dropTable' } & OnTable)
  | ({ kind: 'moveTable'; schema: string } & OnTable)
  /** Columns that move into a table of their own, one row for each row of the old one. */
  | ({ kind: 'splitTable'; columns: string[]; to: string } & OnTable)
  /** Bounds as in SQL: `FROM ('2026-01-01') TO ('2027-01-01')`. `present` takes all rows that are there now. */
  | ({
      kind: 'partitionTable';
      strategy: 'range' | 'list';
      column: string;
      present: string;
      partitions: { name: string; bound: string }[];
    } & OnTable)
  | ({ kind: 'detachPartition'; partition: string } & OnTable)
  // types
  | { kind: 'addEnumValue'; type: string; value: string; before?: string; after?: string }
  | { kind: 'renameEnumValue'; type: string; value: string; to: string }
  | { kind: 'removeEnumValue'; type: string; value: string /** Value that rows with it get. */; replacement: string }
  // code in the database
  /** `function`: CREATE FUNCTION statement it calls, when that is new or changes; `trigger`: CREATE TRIGGER statement. */
  | ({ kind: 'setTrigger'; function?: string; trigger: string } & OnTable)
  | { kind: 'changeView'; view: string; query: string }
  | ({ kind: 'enableRowSecurity'; policies: string[]; force?: boolean } & OnTable)
  // rows
  | ({ kind: 'backfill'; set: Record<string, string>; where?: string } & OnTable)
  | ({ kind: 'deleteRows'; where: string } & OnTable)
  // others
  | { kind: 'createExtension'; extension: string }
  | { kind: 'widenSequence'; sequence: string };

export type PlanChangeKind = PlanChange['kind'];
export type PlanChangeOf<Kind extends PlanChangeKind> = Extract<PlanChange, { kind: Kind }>;
