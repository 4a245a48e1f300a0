/** Finds a tool's history table, and puts together what files and rows say. */
import type { Recovery } from '../core/history.js';
import type { Reader } from './tool.js';

export interface HistoryTable {
  /** As it is written in SQL, quoted where needed. */
  name: string;
  exists: boolean;
}

/**
 * Looks for a table by its name as the tool uses it.
 *
 * @param name `goose_db_version`, or with its schema
 * @param schema where the tool's setting names one
 */
export async function historyTable(read: Reader, name: string, schema?: string): Promise<HistoryTable> {
  const parts = schema === undefined ? name.split('.') : [schema, name];
  const written = parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  const [found] = await read.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = pg_catalog.to_regclass($1)`,
    [written],
  );
  if (found === undefined) return { name: parts.length > 1 ? parts.join('.') : `public.${name}`, exists: false };
  return { name: `${quoted(found.schema)}.${quoted(found.name)}`, exists: true };
}

/** SQL text that gives a timestamp as ISO 8601. */
export function isoTime(column: string): string {
  return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS')`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** One step of a way out. */
export function step(says: string, more: { command?: string; sql?: string } = {}): Recovery['steps'][number] {
  return { says, command: more.command ?? null, sql: more.sql ?? null };
}
