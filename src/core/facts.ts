import type { Need } from './finding.js';

/** What is known of one table of the target. Bytes and rows as PostgreSQL's statistics have them. */
export interface TableFacts {
  rows: number;
  /** Heap, TOAST and free space map. */
  heapBytes: number;
  indexBytes: number;
  indexes: IndexFacts[];
  /** Statements that wrote to or read from the table since the statistics were reset. */
  writes: number;
  reads: number;
}

export interface IndexFacts {
  name: string;
  bytes: number;
  scans: number;
  valid: boolean;
}

/** A transaction that runs for long. Its text is never kept. */
export interface LongTransaction {
  pid: number;
  ageSeconds: number;
  state: string;
  applicationName: string;
  holdsSnapshot: boolean;
  /** Relations it holds a lock on. */
  relations: string[];
}

/** What is known of the target. A missing fact gives "unknown, needs X", never "safe". */
export interface Facts {
  engine: 'postgres';
  /** Major version. */
  version: number;
  fullVersion: string;
  timeZone: string;
  /** As set for the session by the server or the role; milliseconds, 0 is off. */
  lockTimeoutMs: number;
  statementTimeoutMs: number;
  tables: Record<string, TableFacts>;
  longTransactions: LongTransaction[];
  replicas: { name: string; lagBytes: number | null }[];
  logicalSlots: number;
  isSuperuser: boolean;
  /** What the role may not see or a lock kept from being read: what is said of it above is incomplete or estimated. */
  undetermined?: Need[];
}
