/** Copies what a plan would lose, and has the copy restored for proof. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { LockkeeperError } from '../core/errors.js';
import type { PlannedMigration } from '../core/run-plan.js';
import type { SchemaSnapshot } from '../core/schema.js';
import { readAddress } from '../databases/postgres/address.js';
import { openClient } from '../databases/postgres/client.js';
import { databaseError } from '../databases/postgres/errors.js';
import { createScript } from '../databases/postgres/snapshot/script/create.js';
import { copyOut } from './backup-copy.js';
import { type CopiedTable, proveCopy, sameText, sumOf } from './backup-proof.js';

export interface BackupInput {
  /** The address, as the variable has it. */
  text: string;
  variable: string;
  /** Tables to copy, as the catalog names them; their partitions, and tables that lose rows with them, are added. */
  tables: readonly string[];
  /** Of the whole database. */
  schema: SchemaSnapshot;
  /** Folder of our own, outside the repository; one of its own is made in it. */
  folder: string;
  /** Address of an empty throw-away database. */
  throwAway: string;
  now: Date;
}

export interface Backup {
  /** For people: how much of what, and where it lies. */
  what: string;
  provenAt: string;
  folder: string;
}

/** Tables that a plan takes data from, by what its statements lock; all of them where a statement could not be read. */
export function tablesAtRisk(planned: readonly PlannedMigration[], schema: SchemaSnapshot): string[] {
  const statements = planned.flatMap((each) => each.statements);
  const all = [...schema.objects.values()].filter(({ kind }) => kind === 'table').map(({ name }) => name);
  if (statements.some(({ analysed }) => !analysed)) return all.sort();
  const locked = new Set(statements.flatMap(({ effects }) => effects.locks.map(({ relation }) => relation)));
  return all.filter((name) => locked.has(name)).sort();
}

/**
 * Makes a backup and proves it. Its files are for their owner alone: `schema.sql`, one `.copy` a table in the format of COPY, and
 * `tables.json`, which tells what they hold.
 *
 * @throws LockkeeperError DATABASE_REFUSED when it cannot be made, or what came back is not what was copied
 */
export async function makeBackup(input: BackupInput): Promise<Backup> {
  const folder = join(input.folder, `${input.now.toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const script = createScript(input.schema, { roles: new Set() });
  await writeNew(join(folder, 'schema.sql'), `${script.join(';\n')};\n`);
  const copied = await copyAll(input, folder);
  const kept = copied.map(({ table, file, columns, rows }) => ({ table, file, columns: columns.map(({ name }) => name), rows }));
  await writeNew(join(folder, 'tables.json'), `${JSON.stringify(kept, null, 2)}\n`);
  await proveCopy(
    input.throwAway,
    script,
    copied.map((each) => ({ ...each, file: join(folder, each.file) })),
  );
  const rows = copied.reduce((sum, each) => sum + each.rows, 0);
  return {
    what: `${rows} rows of ${copied.map(({ table }) => table).join(', ')} and the schema, in ${folder}, restored and compared`,
    provenAt: new Date().toISOString(),
    folder,
  };
}

async function writeNew(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
}

/** All tables as of one moment. */
async function copyAll({ text, variable, tables }: BackupInput, folder: string): Promise<CopiedTable[]> {
  const address = readAddress(text, variable);
  const { client } = await openClient(address);
  try {
    await client.query(sameText);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '3s'");
    const copied: CopiedTable[] = [];
    for (const [at, table] of (await withDependants(client, tables)).entries()) {
      const file = `${String(at + 1).padStart(3, '0')}.copy`;
      const columns = await columnsOf(client, table);
      if (columns.length === 0) continue;
      const rows = await copyOut(client, `(SELECT ${columns.map(({ name }) => name).join(', ')} FROM ONLY ${table})`, join(folder, file));
      copied.push({ table, file, columns, rows, sum: await sumOf(client, table, columns) });
    }
    return copied;
  } catch (error) {
    throw error instanceof LockkeeperError ? error : databaseError(error, [address.password, address.host, address.user]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The tables that hold rows: partitions and heirs, and what a foreign key empties along with them. */
async function withDependants(client: Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `WITH RECURSIVE risk AS (
       SELECT to_regclass(name)::oid AS id FROM unnest($1::text[]) AS name
       UNION
       SELECT edge.child FROM risk JOIN (
         SELECT inhparent AS parent, inhrelid AS child FROM pg_inherits
         UNION ALL SELECT confrelid, conrelid FROM pg_constraint WHERE contype = 'f' AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd'))
       ) edge ON edge.parent = risk.id)
     SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
       FROM risk JOIN pg_class c ON c.oid = risk.id JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' ORDER BY 1`,
    [tables],
  );
  if (rows.length > 0) return rows.map(({ name }) => name);
  throw new LockkeeperError(
    'DATABASE_REFUSED',
    'It is not known which tables lose data, so that none was copied.',
    'Make a backup by your own means, and name it.',
  );
}

/** Generated columns hold nothing of their own. */
async function columnsOf(client: Client, table: string): Promise<CopiedTable['columns']> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT quote_ident(attname) AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [table],
  );
  return rows;
}
