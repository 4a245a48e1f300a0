/** Brings a copy of tables back in a throw-away database, and compares: a backup that nobody restored is none. */
import type { Client } from 'pg';
import { LockkeeperError } from '../core/errors.js';
import { readCopy } from './backup-copy.js';

/** One table as it was copied. */
export interface CopiedTable {
  table: string;
  file: string;
  /** Those that hold data of their own, as SQL names them. */
  columns: { name: string; type: string }[];
  rows: number;
  /** Over all rows, whatever their order: `sumOf`. */
  sum: string;
}

/** What text looks like must not depend on the session: the sums of both sides are made under this. Row security would hide rows. */
export const sameText =
  "SET TIME ZONE 'UTC'; SET datestyle = 'ISO, MDY'; SET intervalstyle = postgres; SET extra_float_digits = 1; SET bytea_output = hex; SET search_path = pg_catalog; SET row_security = off";

/** A number that two tables with the same rows have in common. */
export async function sumOf(client: Client, table: string, columns: CopiedTable['columns']): Promise<string> {
  const names = columns.map(({ name }) => name).join(', ');
  const { rows } = await client.query<{ sum: string }>(
    `SELECT coalesce(sum(hashtextextended(part::text COLLATE "C", 0)::numeric), 0)::text AS sum FROM (SELECT ${names} FROM ONLY ${table}) AS part`,
  );
  return rows[0]?.sum ?? '';
}

/**
 * Rebuilds the schema, puts the rows back, and compares number and sum of each table.
 *
 * @param url of an empty throw-away database
 * @param script that makes the schema
 * @throws LockkeeperError DATABASE_REFUSED when it cannot be restored, or is not what was copied; never with a value of a row
 */
export async function proveCopy(url: string, script: readonly string[], copied: readonly CopiedTable[]): Promise<void> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({ connectionString: url, application_name: 'lockkeeper' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const sql of script) await client.query(sql).catch((error: unknown) => Promise.reject(notRestored('the schema', error, true)));
    // Only these tables come back: keys to others and triggers have nothing to look at.
    await client.query(`${sameText}; SET session_replication_role = replica`);
    for (const each of copied) {
      const same = await restore(client, each).catch((error: unknown) => Promise.reject(notRestored(each.table, error, false)));
      if (same) continue;
      throw new LockkeeperError(
        'DATABASE_REFUSED',
        `The copy of ${each.table} does not come back as it was.`,
        'Make a backup by your own means, and name it.',
      );
    }
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * By INSERT from arrays: the embedded server answers no COPY FROM STDIN. Every type reads its own text.
 */
async function restore(client: Client, { table, file, columns, rows, sum }: CopiedTable): Promise<boolean> {
  // A filled materialised view or a row that the schema itself makes is none of the copy.
  await client.query(`DELETE FROM ONLY ${table}`);
  const names = columns.map(({ name }) => name).join(', ');
  const numbered = columns.map((_, at) => `v${at + 1}`).join(', ');
  const arrays = columns.map((_, at) => `$${at + 1}::text[]`).join(', ');
  const typed = columns.map(({ type }, at) => `v${at + 1}::${type}`).join(', ');
  const insert = `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE SELECT ${typed} FROM unnest(${arrays}) AS part (${numbered})`;
  let back = 0;
  for await (const part of readCopy(file)) {
    const { rowCount } = await client.query(
      insert,
      columns.map((_, at) => part.map((values) => values[at] ?? null)),
    );
    back += rowCount ?? 0;
  }
  return back === rows && (await sumOf(client, table, columns)) === sum;
}

/** What a server says of data may hold the data: of that only its code is told. */
function notRestored(what: string, error: unknown, told: boolean): LockkeeperError {
  const { code, message } = error as { code?: string; message?: string };
  return new LockkeeperError(
    'DATABASE_REFUSED',
    `The copy could not be restored for proof: ${what}: ${told ? message : `SQLSTATE ${code ?? 'unknown'}`}`,
    'Name a server for throw-away databases with the same version and extensions, or make a backup by your own means and name it.',
  );
}
