import { type LockMode, lockModes, strongerLock } from '../core/effects.js';
import { qualify } from '../core/names.js';
import type { ThrowAway } from '../databases/pglite.js';
import { userSchemas } from '../databases/postgres/schemas.js';

/** What one statement was seen to do. Relations are named as they were before it. */
export interface Observation {
  /** Strongest mode on each relation that was there before, sorted by name. */
  locks: { relation: string; mode: LockMode }[];
  /** Tables that are stored in another file than before. */
  rewrites: string[];
  /** Tables that were read in full, those aside that were rewritten. */
  scans: string[];
  /** Indexes built on tables that were there before. */
  indexBuilds: string[];
  /** What the server refused it with; then nothing else was seen. */
  error: { code: string; message: string } | null;
}

interface Relation {
  oid: number;
  name: string;
  bareName: string;
  kind: string;
  file: number | null;
  table: number | null;
}

type Picture = Map<number, Relation>;
type HeldLocks = Map<number, Set<LockMode>>;

const indexKinds = 'iI';

/**
 * Runs one statement in a transaction, looks at what it locked, wrote anew and read, and rolls it back. Locks come from
 * `pg_locks`, rewrites from the relations' files, scans and index builds from the server's messages of level DEBUG1.
 *
 * @param database a throw-away with the schema that the statement meets, outside a transaction
 * @param sql one statement; one that cannot run in a transaction block answers error 25001
 */
export async function observeStatement(database: ThrowAway, sql: string): Promise<Observation> {
  const messages: string[] = [];
  await database.exec('BEGIN');
  try {
    const before = await readPicture(database);
    const heldBefore = await readLocks(database);
    await database.exec('SET LOCAL client_min_messages = debug1');
    try {
      await database.exec(sql, ({ message }) => messages.push(message));
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      return { locks: [], rewrites: [], scans: [], indexBuilds: [], error: { code: code ?? '', message: message ?? String(error) } };
    }
    await database.exec('SET LOCAL client_min_messages = notice');
    const locks = newLocks(heldBefore, await readLocks(database));
    const after = await readPicture(database);
    const { rewrites, emptied } = await findRewrites(database, before, after, messages);
    const builds = findIndexBuilds(before, after, messages).filter(({ table }) => !emptied.includes(table ?? 0));
    const scans = await findScans(database, before, locks, messages);
    for (const index of builds) scans.add(index.table ?? 0);
    return {
      locks: nameLocks(locks, before),
      rewrites: names(rewrites, before),
      scans: names(
        [...scans].filter((oid) => !rewrites.includes(oid)),
        before,
      ),
      indexBuilds: builds.map(({ name }) => name).sort(),
      error: null,
    };
  } finally {
    await database.exec('ROLLBACK');
  }
}

async function readPicture(database: ThrowAway): Promise<Picture> {
  const rows = await database.query<{
    oid: number;
    schema: string;
    name: string;
    kind: string;
    file: number | null;
    table: number | null;
  }>(`
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, pg_relation_filenode(c.oid) AS file, i.indrelid AS table
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I') AND ${userSchemas('n')}`);
  return new Map(rows.map(({ schema, name, ...row }) => [row.oid, { ...row, name: qualify(schema, name), bareName: name }]));
}

async function readLocks(database: ThrowAway): Promise<HeldLocks> {
  const held: HeldLocks = new Map();
  const rows = await database.query<{ relation: number; mode: LockMode }>(
    "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND granted AND locktype = 'relation'",
  );
  for (const { relation, mode } of rows) held.set(relation, (held.get(relation) ?? new Set<LockMode>()).add(mode));
  return held;
}

function newLocks(before: HeldLocks, after: HeldLocks): Map<number, LockMode> {
  const locks = new Map<number, LockMode>();
  for (const [relation, modes] of after) {
    for (const mode of modes) if (!before.get(relation)?.has(mode)) locks.set(relation, strongerLock(locks.get(relation) ?? mode, mode));
  }
  return locks;
}

/** An index's lock is left out when its table is locked as strongly: it keeps nobody waiting whom the table's does not. */
function nameLocks(locks: Map<number, LockMode>, before: Picture): Observation['locks'] {
  const named: Observation['locks'] = [];
  for (const [oid, mode] of locks) {
    const relation = before.get(oid);
    const tableMode = relation?.table ? locks.get(relation.table) : undefined;
    if (relation && !(tableMode && lockModes.indexOf(tableMode) >= lockModes.indexOf(mode))) named.push({ relation: relation.name, mode });
  }
  return named.sort((a, b) => (a.relation < b.relation ? -1 : 1));
}

/** TRUNCATE gives a table another file as well: what is empty afterwards was emptied, unless the server says that it rewrote it. */
async function findRewrites(
  database: ThrowAway,
  before: Picture,
  after: Picture,
  messages: string[],
): Promise<{ rewrites: number[]; emptied: number[] }> {
  const announced = quotedIn(messages, /^rewriting table "(.*)"$/);
  const found = { rewrites: [] as number[], emptied: [] as number[] };
  for (const now of after.values()) {
    const then = before.get(now.oid);
    if (!then || !'rm'.includes(now.kind) || then.file === now.file) continue;
    const [row] =
      announced.has(then.bareName) || announced.has(now.bareName)
        ? [{ filled: true }]
        : await database.query<{ filled: boolean }>(`SELECT EXISTS (SELECT FROM ${now.name}) AS filled`);
    (row?.filled ? found.rewrites : found.emptied).push(now.oid);
  }
  return found;
}

function findIndexBuilds(before: Picture, after: Picture, messages: string[]): Relation[] {
  const built = quotedIn(messages, /^building index "(.*?)" on table /);
  const files = new Set([...before.values()].map(({ file }) => file));
  return [...after.values()].filter(
    (now) =>
      indexKinds.includes(now.kind) && built.has(now.bareName) && before.has(now.table ?? 0) && now.file !== null && !files.has(now.file),
  );
}

/** The messages name no schema: of tables of one name it was one that is locked. */
async function findScans(database: ThrowAway, before: Picture, locks: Map<number, LockMode>, messages: string[]): Promise<Set<number>> {
  const verified = quotedIn(messages, /^verifying table "(.*)"$/);
  const scans = new Set([...before.values()].filter(({ oid, bareName }) => verified.has(bareName) && locks.has(oid)).map(({ oid }) => oid));
  const keys = [...quotedIn(messages, /^validating foreign key constraint "(.*)"$/)];
  const rows =
    keys.length > 0
      ? await database.query<{ child: number; parent: number }>(
          "SELECT conrelid AS child, confrelid AS parent FROM pg_constraint WHERE contype = 'f' AND conname = ANY ($1)",
          [keys],
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

function quotedIn(messages: string[], pattern: RegExp): Set<string> {
  return new Set(messages.map((message) => pattern.exec(message)?.[1]).filter((name): name is string => name !== undefined));
}
