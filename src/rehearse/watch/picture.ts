/** What a session sees of its own work: relations and their files, the locks it holds, and how two such pictures differ. */
import { type LockMode, lockModes, strongerLock } from '../../core/effects.js';
import { qualify } from '../../core/names.js';
import { userSchemas } from '../../databases/postgres/schemas.js';

/** What one statement was seen to do. Relations are named as they were before it. */
export interface Seen {
  /** Strongest mode on each relation that was there before, sorted by name. */
  locks: { relation: string; mode: LockMode }[];
  /** Tables that are stored in another file than before. */
  rewrites: string[];
  /** Tables that were read in full, those aside that were rewritten. */
  scans: string[];
  /** Indexes built on tables that were there before. */
  indexBuilds: string[];
}

/** Asks in the session that is looked at. */
export interface Probe {
  query<Row extends object>(sql: string): Promise<Row[]>;
}

interface Relation {
  oid: number;
  name: string;
  bareName: string;
  kind: string;
  file: number | null;
  table: number | null;
}

export type Picture = Map<number, Relation>;
export type HeldLocks = Map<number, Set<LockMode>>;

const indexKinds = 'iI';

/** Every relation of the users, with the file that holds it. */
export async function readPicture(probe: Probe): Promise<Picture> {
  const rows = await probe.query<{
    oid: number;
    schema: string;
    name: string;
    kind: string;
    file: number | null;
    table: number | null;
  }>(`
    SELECT c.oid::bigint::float8 AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind, pg_relation_filenode(c.oid)::bigint::float8 AS file, i.indrelid::bigint::float8 AS table
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I') AND ${userSchemas('n')}`);
  return new Map(rows.map(({ schema, name, ...row }) => [row.oid, { ...row, name: qualify(schema, name), bareName: name }]));
}

/**
 * Locks on relations that a backend holds.
 *
 * @param processId of the backend; the asking one when absent
 */
export async function readLocks(probe: Probe, processId: number | null = null): Promise<HeldLocks> {
  const held: HeldLocks = new Map();
  const rows = await probe.query<{ relation: number; mode: LockMode }>(
    `SELECT relation::bigint::float8 AS relation, mode FROM pg_locks
      WHERE pid = ${processId ?? 'pg_backend_pid()'} AND granted AND locktype = 'relation'`,
  );
  for (const { relation, mode } of rows) held.set(relation, (held.get(relation) ?? new Set<LockMode>()).add(mode));
  return held;
}

/** Locks of `after` that `before` does not have, the strongest a relation. */
export function newLocks(before: HeldLocks, after: HeldLocks): Map<number, LockMode> {
  const locks = new Map<number, LockMode>();
  for (const [relation, modes] of after) {
    for (const mode of modes) if (!before.get(relation)?.has(mode)) locks.set(relation, strongerLock(locks.get(relation) ?? mode, mode));
  }
  return locks;
}

/**
 * What happened between two pictures.
 *
 * @param locks that the statement took
 * @param messages of the server at level DEBUG1
 * @param probe in the same session, for what pictures do not tell
 */
export async function seenBetween(
  probe: Probe,
  before: Picture,
  after: Picture,
  locks: Map<number, LockMode>,
  messages: readonly string[],
): Promise<Seen> {
  const { rewrites, emptied } = await findRewrites(probe, before, after, messages);
  const builds = findIndexBuilds(before, after, messages).filter(({ table }) => !emptied.includes(table ?? 0));
  const scans = await findScans(probe, before, locks, messages);
  for (const index of builds) scans.add(index.table ?? 0);
  return {
    locks: nameLocks(locks, before),
    rewrites: names(rewrites, before),
    scans: names(
      [...scans].filter((oid) => !rewrites.includes(oid)),
      before,
    ),
    indexBuilds: builds.map(({ name }) => name).sort(),
  };
}

/** An index's lock is left out when its table is locked as strongly: it keeps nobody waiting whom the table's does not. */
function nameLocks(locks: Map<number, LockMode>, before: Picture): Seen['locks'] {
  const named: Seen['locks'] = [];
  for (const [oid, mode] of locks) {
    const relation = before.get(oid);
    const tableMode = relation?.table ? locks.get(relation.table) : undefined;
    if (relation && !(tableMode && lockModes.indexOf(tableMode) >= lockModes.indexOf(mode))) named.push({ relation: relation.name, mode });
  }
  return named.sort((a, b) => (a.relation < b.relation ? -1 : 1));
}

/** TRUNCATE gives a table another file as well: what is empty afterwards was emptied, unless the server says that it rewrote it. */
async function findRewrites(
  probe: Probe,
  before: Picture,
  after: Picture,
  messages: readonly string[],
): Promise<{ rewrites: number[]; emptied: number[] }> {
  const announced = quotedIn(messages, /^rewriting table "(.*)"$/);
  const found = { rewrites: [] as number[], emptied: [] as number[] };
  for (const now of after.values()) {
    const then = before.get(now.oid);
    if (!then || !'rm'.includes(now.kind) || then.file === now.file) continue;
    const [row] =
      announced.has(then.bareName) || announced.has(now.bareName)
        ? [{ filled: true }]
        : await probe.query<{ filled: boolean }>(`SELECT EXISTS (SELECT FROM ${now.name}) AS filled`);
    (row?.filled ? found.rewrites : found.emptied).push(now.oid);
  }
  return found;
}

function findIndexBuilds(before: Picture, after: Picture, messages: readonly string[]): Relation[] {
  const built = quotedIn(messages, /^building index "(.*?)" on table /);
  const files = new Set([...before.values()].map(({ file }) => file));
  return [...after.values()].filter(
    (now) =>
      indexKinds.includes(now.kind) && built.has(now.bareName) && before.has(now.table ?? 0) && now.file !== null && !files.has(now.file),
  );
}

/** The messages name no schema: of tables of one name it was one that is locked. */
async function findScans(probe: Probe, before: Picture, locks: Map<number, LockMode>, messages: readonly string[]): Promise<Set<number>> {
  const verified = quotedIn(messages, /^verifying table "(.*)"$/);
  const scans = new Set([...before.values()].filter(({ oid, bareName }) => verified.has(bareName) && locks.has(oid)).map(({ oid }) => oid));
  const keys = [...quotedIn(messages, /^validating foreign key constraint "(.*)"$/)];
  const rows =
    keys.length > 0
      ? await probe.query<{ child: number; parent: number }>(
          `SELECT conrelid::bigint::float8 AS child, confrelid::bigint::float8 AS parent FROM pg_constraint
            WHERE contype = 'f' AND conname IN (${keys.map((key) => `'${key.replaceAll("'", "''")}'`).join(', ')})`,
        )
      : [];
  for (const { child, parent } of rows) for (const oid of [child, parent]) if (before.has(oid) && locks.has(oid)) scans.add(oid);
  return scans;
}

function names(oids: number[], picture: Picture): string[] {
  return oids
    .map((oid) => picture.get(oid)?.name ?? '')
    .filter(Boolean)
    .sort();
}

function quotedIn(messages: readonly string[], pattern: RegExp): Set<string> {
  return new Set(messages.map((message) => pattern.exec(message)?.[1]).filter((name): name is string => name !== undefined));
}
