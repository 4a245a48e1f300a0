/** Copies what a plan would lose, restores the copy into a throw-away database, and compares: a backup that nobody restored is none. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { LockkeeperError } from '../core/errors.js';
import type { SchemaSnapshot } from '../core/schema.js';
import type { PlannedMigration } from '../core/run-plan.js';
import { readAddress } from '../databases/postgres/address.js';
import { openClient } from '../databases/postgres/client.js';
import { databaseError } from '../databases/postgres/errors.js';
import { createScript } from '../databases/postgres/snapshot/script/create.js';
import { copyIn, copyOut } from './backup-copy.js';

export interface BackupInput {
  /** The address, as the variable has it. */
  text: string;
  variable: string;
  /** Tables to copy, as the catalog names them. */
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
  what: string;
  provenAt: string;
  folder: string;
}

/** One table as it was copied: rows, and a sum over them that does not depend on their order. */
interface Copied {
  table: string;
  file: string;
  columns: string[];
  rows: number;
  sum: string;
}

/** Tables that a plan takes data from, by what its statements do. */
export function tablesAtRisk(planned: readonly PlannedMigration[], schema: SchemaSnapshot): string[] {
  const locked = planned.flatMap((each) => each.statements.flatMap(({ effects }) => effects.locks.map(({ relation }) => relation)));
  return [...new Set(locked)].filter((name) => schema.objects.has(`table ${name}`)).sort();
}

/**
 * Makes a backup and proves it.
 *
 * @throws LockkeeperError DATABASE_REFUSED when it cannot be made, or what came back is not what was copied
 */
export async function makeBackup(input: BackupInput): Promise<Backup> {
  const folder = join(input.folder, `${input.now.toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const script = createScript(input.schema, { roles: new Set() });
  await writeFile(join(folder, 'schema.sql'), `${script.join(';\n')};\n`, { mode: 0o600, flag: 'wx' });
  const copied = await copyAll(input, folder);
  await writeFile(join(folder, 'tables.json'), JSON.stringify(copied.map(({ table, columns, rows }) => ({ table, columns, rows }))), {
    mode: 0o600,
  });
  await prove(input, folder, script, copied);
  const rows = copied.reduce((sum, each) => sum + each.rows, 0);
  return {
    what: `${rows} rows of ${copied.map(({ table }) => table).join(', ')} and the schema, in ${folder}, restored and compared`,
    provenAt: new Date().toISOString(),
    folder,
  };
}

async function copyAll({ text, variable, tables }: BackupInput, folder: string): Promise<Copied[]> {
  const address = readAddress(text, variable);
  const { client } = await openClient(address);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query("SET LOCAL TIME ZONE 'UTC'; SET LOCAL lock_timeout = '3s'");
    const copied: Copied[] = [];
    for (const [at, table] of tables.entries()) {
      const file = join(folder, `${String(at + 1).padStart(3, '0')}.copy`);
      const columns = await columnsOf(client, table);
      const out = createWriteStream(file, { mode: 0o600, flags: 'wx' });
      const rows = await copyOut(client, `(SELECT ${columns.join(', ')} FROM ${table})`, (chunk) => void out.write(chunk));
      await new Promise<void>((resolve, reject) => out.end((error?: Error | null) => (error ? reject(error) : resolve())));
      copied.push({ table, file, columns, rows, sum: await sumOf(client, table, columns) });
    }
    return copied;
  } catch (error) {
    throw databaseError(error, [address.password, address.host, address.user]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function prove({ throwAway }: BackupInput, _folder: string, script: readonly string[], copied: readonly Copied[]): Promise<void> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({ connectionString: throwAway });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query("SET TIME ZONE 'UTC'");
    for (const sql of script) await client.query(sql);
    // Only these tables come back: keys to others and triggers have nothing to look at.
    await client.query('SET session_replication_role = replica');
    for (const { table, file, columns, rows, sum } of copied) {
      const chunks: Buffer[] = [];
      for await (const chunk of createReadStream(file)) chunks.push(chunk as Buffer);
      const back = await copyIn(client, table, columns, chunks);
      if (back === rows && (await sumOf(client, table, columns)) === sum) continue;
      throw new LockkeeperError(
        'DATABASE_REFUSED',
        `The copy of ${table} does not come back as it was.`,
        'Make a backup by your own means, and name it.',
      );
    }
  } catch (error) {
    if (error instanceof LockkeeperError) throw error;
    throw new LockkeeperError(
      'DATABASE_REFUSED',
      `The copy could not be restored for proof: ${String((error as Error).message)}`,
      'Name a server for throw-away databases with the same extensions, or make a backup by your own means and name it.',
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function columnsOf(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT quote_ident(attname) AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
    [table],
  );
  return rows.map(({ name }) => name);
}

async function sumOf(client: Client, table: string, columns: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ sum: string }>(
    `SELECT coalesce(sum(hashtextextended(part::text, 0)::numeric), 0)::text AS sum FROM (SELECT ${columns.join(', ')} FROM ${table}) AS part`,
  );
  return rows[0]?.sum ?? '';
}
