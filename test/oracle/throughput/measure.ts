/**
 * Measures how fast a server reads, rewrites and indexes tables of known sizes.
 *
 * Tables of narrow and of wide rows, small and large; each statement runs several times on each, and the quickest run counts: what slowed
 * the others was the machine, and how much slower a busy one may be is said where the figures are used.
 */
import { performance } from 'node:perf_hooks';
import { execa } from 'execa';
import type { ClientBase } from 'pg';

/** Tables to measure on: narrow rows, and rows made wide by a text that no index is on. */
const tables = [
  { noteBytes: 0, rows: 500_000 },
  { noteBytes: 0, rows: 4_000_000 },
  { noteBytes: 500, rows: 100_000 },
  { noteBytes: 500, rows: 500_000 },
] as const;

/** How often each statement runs. */
const rounds = 3;

/** Tables are filled with rows whose order says nothing of their values, as in tables that are in use for long. */
const fill = (noteBytes: number, rows: number): string => `
  CREATE TABLE parent (id int PRIMARY KEY);
  INSERT INTO parent SELECT n FROM generate_series(0, ${rows / 10 - 1}) n;
  CREATE TABLE measured (id int, a int, parent_id int, b text, note text);
  INSERT INTO measured
    SELECT n, (n::bigint * 7919 % ${rows})::int, (n::bigint * 7919 % ${rows / 10})::int, left(md5(n::text), 16), rpad('', ${noteBytes}, md5(n::text))
    FROM generate_series(1, ${rows}) n;
  VACUUM (ANALYZE, FREEZE) parent;
  VACUUM (ANALYZE, FREEZE) measured;
  CHECKPOINT`;

/** What is timed, with what takes it back; `over` are the bytes that its speed is said of. */
const passes = {
  scan: {
    over: 'heap',
    sql: 'ALTER TABLE measured ALTER COLUMN a SET NOT NULL',
    undo: 'ALTER TABLE measured ALTER COLUMN a DROP NOT NULL',
  },
  check: {
    over: 'heap',
    before: 'ALTER TABLE measured ADD CONSTRAINT positive CHECK (a >= 0) NOT VALID',
    sql: 'ALTER TABLE measured VALIDATE CONSTRAINT positive',
    undo: 'ALTER TABLE measured DROP CONSTRAINT positive',
  },
  foreignKey: {
    over: 'heapAndParent',
    before: 'ALTER TABLE measured ADD CONSTRAINT has_parent FOREIGN KEY (parent_id) REFERENCES parent NOT VALID',
    sql: 'ALTER TABLE measured VALIDATE CONSTRAINT has_parent',
    undo: 'ALTER TABLE measured DROP CONSTRAINT has_parent',
  },
  indexInteger: { over: 'heap', sql: 'CREATE INDEX built ON measured (a)', undo: 'DROP INDEX built' },
  indexText: { over: 'heap', sql: 'CREATE INDEX built ON measured (b)', undo: 'DROP INDEX built' },
  indexIntegerConcurrently: { over: 'heap', sql: 'CREATE INDEX CONCURRENTLY built ON measured (a)', undo: 'DROP INDEX built' },
  indexTextConcurrently: { over: 'heap', sql: 'CREATE INDEX CONCURRENTLY built ON measured (b)', undo: 'DROP INDEX built' },
  rewrite: {
    over: 'heapAndIndexes',
    before: 'CREATE INDEX other ON measured (a); CREATE UNIQUE INDEX key ON measured (id)',
    sql: 'ALTER TABLE measured ALTER COLUMN parent_id TYPE bigint',
    undo: 'ALTER TABLE measured ALTER COLUMN parent_id TYPE int; DROP INDEX other, key',
  },
  update: {
    over: 'heap',
    before: 'CREATE INDEX other ON measured (a); CREATE UNIQUE INDEX key ON measured (id); BEGIN',
    sql: 'UPDATE measured SET a = a + 1',
    undo: 'ROLLBACK; DROP INDEX other, key; VACUUM (FULL, FREEZE) measured',
  },
  delete: { over: 'heap', before: 'BEGIN', sql: 'DELETE FROM measured', undo: 'ROLLBACK; VACUUM (FULL, FREEZE) measured' },
} as const satisfies Record<string, { over: keyof Sizes; before?: string; sql: string; undo: string }>;

export type Pass = keyof typeof passes;

interface Sizes {
  heap: number;
  heapAndParent: number;
  heapAndIndexes: number;
}

/** One table: how large it was, and the megabytes a second (10^6) of each pass over it. */
export interface TableThroughput {
  rows: number;
  /** Of the table without its indexes. */
  bytesPerRow: number;
  megabytes: number;
  /** What an index on an integer and on a text of 16 bytes takes for each row. */
  indexBytesPerRow: { integer: number; text: number };
  megabytesPerSecond: Record<Pass, number>;
}

export interface Throughput {
  /** Reading the table's file past all caches, megabytes a second: what a cold table costs before anything is done with it. */
  coldReadMegabytesPerSecond: number;
  tables: TableThroughput[];
}

/** Measures all tables, one after the other. */
export async function measureThroughput(client: ClientBase, told: (line: string) => void): Promise<Throughput> {
  const measured: TableThroughput[] = [];
  let coldRead = 0;
  for (const { noteBytes, rows } of tables) {
    for (const statement of fill(noteBytes, rows).split(';')) await client.query(statement);
    const heap = await bytesOf(client, 'pg_table_size', 'measured');
    const speeds: Partial<Record<Pass, number>> = {};
    for (const [name, pass] of Object.entries(passes) as [Pass, (typeof passes)[Pass]][]) {
      speeds[name] = round(await speedOf(client, pass));
      told(`${rows} rows of ${Math.round(heap / rows)} bytes, ${name}: ${speeds[name]} MB/s`);
    }
    measured.push({
      rows,
      bytesPerRow: Math.round(heap / rows),
      megabytes: Math.round(heap / 1e6),
      indexBytesPerRow: { integer: await indexBytes(client, 'a', rows), text: await indexBytes(client, 'b', rows) },
      megabytesPerSecond: speeds as Record<Pass, number>,
    });
    coldRead = await coldReadSpeed(client);
    told(`read past all caches: ${coldRead} MB/s`);
    await client.query('DROP TABLE measured, parent');
  }
  return { coldReadMegabytesPerSecond: coldRead, tables: measured };
}

async function coldReadSpeed(client: ClientBase): Promise<number> {
  await client.query('CHECKPOINT');
  const { rows } = await client.query<{ file: string }>(
    "SELECT current_setting('data_directory') || '/' || pg_relation_filepath('measured') AS file",
  );
  const start = performance.now();
  await execa('dd', [`if=${rows[0]?.file}`, 'of=/dev/null', 'bs=1M', 'iflag=direct']);
  return round((await bytesOf(client, 'pg_relation_size', 'measured')) / 1e6 / ((performance.now() - start) / 1e3));
}

async function speedOf(client: ClientBase, pass: { over: keyof Sizes; before?: string; sql: string; undo: string }): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    for (const statement of pass.before?.split(';') ?? []) await client.query(statement);
    await client.query('CHECKPOINT');
    bytes = (await sizes(client))[pass.over];
    const start = performance.now();
    await client.query(pass.sql);
    quickest = Math.min(quickest, performance.now() - start);
    for (const statement of pass.undo.split(';')) await client.query(statement);
  }
  return bytes / 1e6 / (quickest / 1e3);
}

async function sizes(client: ClientBase): Promise<Sizes> {
  const heap = await bytesOf(client, 'pg_table_size', 'measured');
  return {
    heap,
    heapAndParent: heap + (await bytesOf(client, 'pg_table_size', 'parent')),
    heapAndIndexes: await bytesOf(client, 'pg_total_relation_size', 'measured'),
  };
}

async function indexBytes(client: ClientBase, column: string, rows: number): Promise<number> {
  await client.query(`CREATE INDEX built ON measured (${column})`);
  const bytes = await bytesOf(client, 'pg_relation_size', 'built');
  await client.query('DROP INDEX built');
  return Math.round(bytes / rows);
}

async function bytesOf(client: ClientBase, size: string, relation: string): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`SELECT ${size}($1::regclass) AS bytes`, [relation]);
  return Number(rows[0]?.bytes);
}

const round = (speed: number): number => Number(speed.toPrecision(3));
