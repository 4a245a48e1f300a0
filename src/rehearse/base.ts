/** What a rehearsal starts from: the target's schema without its rows, or the history run by the tool itself. */
import { LockkeeperError } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import { quoteIdentifier } from '../core/names.js';
import type { RehearsalStart } from '../core/rehearsal.js';
import { createScript, rolesOf } from '../databases/postgres/snapshot/script/create.js';
import { version as ownVersion } from '../core/version.js';
import type { RehearseInput, TargetStart } from './input.js';
import { insertRows } from './way-back.js';
import { type RehearsalDatabase, withClientOf } from './places/place.js';

export interface Base {
  /** Name under which it is kept. */
  key: string;
  start: Omit<RehearsalStart, 'kept'>;
  /** Fills an empty database with it. */
  fill(database: RehearsalDatabase): Promise<void>;
}

/** The base of a rehearsal; its key changes with anything that it is made of. */
export function baseOf(input: RehearseInput): Base {
  const { target, before, place, call } = input;
  if (target !== null) {
    const script = createScript(target.schema);
    return {
      key: hashOf([ownVersion, place.kind, place.version, script, target.history.table, target.history.rows, target.timeZone]).slice(0, 40),
      start: { from: 'target', what: 'the live schema of the target, without its rows' },
      fill: (database) => fillFromTarget(database, target, script, input),
    };
  }
  const files = before.map((migration) => [migration.name, migration.up?.sql ?? null, input.fileText(migration.file)]);
  return {
    key: hashOf([ownVersion, place.kind, place.version, call.stack.id, call.stack.toolVersion, call.stack.settings ?? null, files]).slice(
      0,
      40,
    ),
    start: {
      from: before.length === 0 ? 'empty' : 'history',
      what:
        before.length === 0
          ? 'an empty database: nothing comes before'
          : `the ${before.length} migrations before, run by ${input.tool.name} itself`,
    },
    fill: (database) => replay(database, input),
  };
}

async function fillFromTarget(
  database: RehearsalDatabase,
  target: TargetStart,
  script: readonly string[],
  input: RehearseInput,
): Promise<void> {
  await withClientOf(database, async (client) => {
    await client
      .query(`ALTER DATABASE ${quoteIdentifier(database.address.database)} SET timezone = '${target.timeZone.replaceAll("'", "''")}'`)
      .catch(() => undefined);
    if (input.place.kind !== 'server') {
      for (const role of rolesOf(target.schema)) await client.query(`CREATE ROLE ${role} NOLOGIN`).catch(() => undefined);
    }
    const { rows } = await client.query<{ name: string }>('SELECT quote_ident(rolname) AS name FROM pg_roles');
    const possible = createScript(target.schema, { roles: new Set(rows.map(({ name }) => name)) });
    for (const sql of possible.length === script.length ? script : possible) {
      await client.query(sql).catch((error: Error) => {
        throw new LockkeeperError(
          'DATABASE_REFUSED',
          `The target's schema cannot be rebuilt on ${input.place.what}: ${error.message} (${sql.slice(0, 120)})`,
          'Rehearse on a server of the same version with the same extensions (--shadow-url-env), or from the history (--from history).',
        );
      });
    }
    await insertRows(client, target.history.table, target.history.rows);
    await resetSequences(client, target.history.table);
  });
}

/** Rows that were copied with their numbers have not moved the counter. */
async function resetSequences(
  client: { query: (sql: string, values?: unknown[]) => Promise<{ rows: { name: string; sequence: string }[] }> },
  table: string,
): Promise<void> {
  const { rows } = await client.query(
    `SELECT quote_ident(attname) AS name, pg_get_serial_sequence($1, attname) AS sequence FROM pg_attribute
      WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND pg_get_serial_sequence($1, attname) IS NOT NULL`,
    [table],
  );
  for (const { name, sequence } of rows)
    await client.query(`SELECT setval('${sequence}', greatest((SELECT max(${name}) FROM ${table}), 1))`);
}

/** The history through the real tool: all at once where the tool can, else one by one. */
async function replay(database: RehearsalDatabase, input: RehearseInput): Promise<void> {
  const { tool, call, before } = input;
  const last = before.at(-1);
  if (last === undefined) return;
  const target = { ...call, address: database.address };
  const fail = (migration: string, said: string): LockkeeperError =>
    new LockkeeperError(
      'HISTORY_BLOCKED',
      `The history does not run on an empty database: ${migration}: ${said}`,
      'Mend the history, or start from the target (--from target with --database-env).',
    );
  if (tool.applyUntil !== undefined) {
    input.progress?.(0, input.migrations.length, `running ${before.length} migrations of the history`);
    const run = await tool.applyUntil(target, last);
    if (run.exitCode !== 0) throw fail(last.name, run.error?.message ?? run.said.slice(-300));
  }
  const { history } = await input.look(call, database.connect);
  const left = before.filter((each) => !history.migrations.some((row) => row.name === each.name && row.state === 'applied'));
  for (const [at, migration] of left.entries()) {
    input.progress?.(at, before.length, `running ${migration.name} of the history`);
    const run = await tool.apply?.(target, migration);
    if (run?.exitCode !== 0) throw fail(migration.name, run?.error?.message ?? run?.said.slice(-300) ?? 'the tool cannot apply');
  }
}
