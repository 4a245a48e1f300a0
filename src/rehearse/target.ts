/** What a rehearsal takes from the target: its schema, the tool's bookkeeping, statistics. Only SELECT, and no row of a table of users. */
import type { DatabaseSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import { userSchemas } from '../databases/postgres/schemas.js';
import { qualify } from '../core/names.js';
import type { ColumnFacts, TargetStart } from './input.js';
import type { TargetIdentity } from './places/server.js';
import { type ApplicationQuery, isQuery } from './queries.js';

/** Most queries that are taken from the statistics; those that are called most. */
const mostQueries = 100;

export interface TargetRead {
  start: TargetStart;
  identity: TargetIdentity;
  version: number;
  extensions: string[];
  queries: ApplicationQuery[];
}

/**
 * Reads the target.
 *
 * @param session open on it
 * @param historyTable of the tool, qualified; null where there is none yet
 */
export async function readRehearsalTarget(session: DatabaseSession, historyTable: string | null): Promise<TargetRead> {
  const fingerprint = await postgres.fingerprint(session);
  const [zone] = await session.query<{ zone: string }>("SELECT current_setting('TimeZone') AS zone");
  const rows =
    historyTable === null
      ? []
      : await session.query<{ row: Record<string, unknown> }>(`SELECT row_to_json(h) AS row FROM ${historyTable} h`);
  const schema = await postgres.snapshot(session);
  const extensions = await session.query<{ name: string }>('SELECT extname AS name FROM pg_extension');
  return {
    start: {
      schema,
      history: { table: historyTable ?? '', rows: rows.map(({ row }) => row) },
      timeZone: zone?.zone ?? 'UTC',
      facts: await readColumnFacts(session),
    },
    identity: { systemIdentifier: fingerprint.systemIdentifier, database: fingerprint.database },
    version: session.version,
    extensions: extensions.map(({ name }) => name),
    queries: await readQueries(session),
  };
}

/** Null fraction and number of distinct values; the values themselves stay where they are. */
async function readColumnFacts(session: DatabaseSession): Promise<TargetStart['facts']> {
  const rows = await session.attempt<{ schema: string; table: string; column: string; nulls: number; distinct: number }>(
    `SELECT n.nspname AS schema, s.tablename AS table, s.attname AS column, s.null_frac AS nulls, s.n_distinct AS distinct
       FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname WHERE ${userSchemas('n')} LIMIT 50000`,
  );
  const facts = new Map<string, Map<string, ColumnFacts>>();
  for (const { schema, table, column, nulls, distinct } of rows ?? []) {
    const name = qualify(schema, table);
    const columns = facts.get(name) ?? new Map<string, ColumnFacts>();
    columns.set(column, { nullFraction: nulls, distinct });
    facts.set(name, columns);
  }
  return facts;
}

/** Texts of the application's queries, as `pg_stat_statements` has them: with parameters in place of values. */
async function readQueries(session: DatabaseSession): Promise<ApplicationQuery[]> {
  const [where] = await session.query<{ schema: string }>(
    "SELECT quote_ident(n.nspname) AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'",
  );
  if (where === undefined) return [];
  const rows = await session.attempt<{ query: string }>(
    `SELECT query FROM ${where.schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
      WHERE query !~* '\\mpg_(catalog|stat|locks|class|namespace|type|attribute)' AND length(query) < 10000 ORDER BY calls DESC LIMIT ${mostQueries}`,
  );
  return [...new Set((rows ?? []).map(({ query }) => query))].filter(isQuery).map((sql) => ({ sql, source: null }));
}
