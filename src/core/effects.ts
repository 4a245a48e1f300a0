/** PostgreSQL's table-level lock modes, weakest first (documentation, chapter 13.3.1). */
export const lockModes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const;

export type LockMode = (typeof lockModes)[number];

/** Which of the application's statements wait. */
export type Blocks = 'nothing' | 'writes' | 'readsAndWrites';

/** A lock on one relation. `transient`: taken in a transaction of its own, released before the statement ends. */
export interface Lock {
  relation: string;
  mode: LockMode;
  blocks: Blocks;
  transient: boolean;
}

/** What a statement does to a running database. Relations are named `schema.name`. */
export interface Effects {
  locks: Lock[];
  /** Relations whose storage is written anew. */
  rewrites: string[];
  /** Relations read in full while the lock is held. */
  scans: string[];
  /** Indexes built or rebuilt. */
  indexBuilds: string[];
  /** `false`: cannot run in a transaction block. `true`: only makes sense in one. */
  runsInTransaction: true | false | 'either';
  blocks: Blocks;
  estimate: Estimate | null;
}

/** A range of time, and how it was arrived at. Milliseconds. */
export interface Estimate {
  lowMs: number;
  highMs: number;
  /** Bytes of disk that the change needs for a while. */
  diskBytes: number | null;
  basis: string;
}

const blocksOf: Readonly<Record<LockMode, Blocks>> = {
  AccessShareLock: 'nothing',
  RowShareLock: 'nothing',
  RowExclusiveLock: 'nothing',
  ShareUpdateExclusiveLock: 'nothing',
  ShareLock: 'writes',
  ShareRowExclusiveLock: 'writes',
  ExclusiveLock: 'writes',
  AccessExclusiveLock: 'readsAndWrites',
};

/** What a lock of this mode keeps waiting: reads are SELECT (ACCESS SHARE), writes INSERT, UPDATE, DELETE (ROW EXCLUSIVE). */
export function blockedBy(mode: LockMode): Blocks {
  return blocksOf[mode];
}

/** The stronger of two modes, by their rank. */
export function strongerLock(a: LockMode, b: LockMode): LockMode {
  return lockModes.indexOf(a) >= lockModes.indexOf(b) ? a : b;
}
