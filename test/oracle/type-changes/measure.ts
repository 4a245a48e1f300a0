/**
 * Measures ALTER COLUMN … TYPE for all pairs of types on one server.
 *
 * Each change is made and undone inside the server, on an empty table (whether a table is rewritten does not depend on its rows, and
 * without rows no value can be in the way): once without USING, once with `USING column::type`; once without and once with an index
 * on the column; in the time zone UTC and, for what needs no rewrite there, in Europe/Paris. A rewrite and an index build are told
 * by a new file number.
 */
import type { ClientBase } from 'pg';
import type { TestServer } from '../../support/servers.js';
import { prepareDatabases } from '../databases.js';
import { openSession } from '../session.js';
import { setup } from './types.js';

/** What one change does on one server. */
export interface TypeChange {
  /** Allowed without USING, or with USING and a plain cast of the column. */
  allowed: 'implicit' | 'using' | 'no';
  /** `timeZone`: unless the session's time zone is UTC. */
  rewrite: boolean | 'timeZone';
  /** What becomes of an index on the column. `none`: the old type has no default btree operator class; `fails`: the new one has none. */
  index: 'kept' | 'rebuilt' | 'none' | 'fails';
}

/** The pairs of one server, as `from -> to` in the order of the types. */
export type TypeChanges = TypeChange[][];

const measuring = `
  CREATE FUNCTION try_change(changed regclass, using_cast boolean, new_type text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE
    old_file oid := pg_relation_filenode(changed);
    old_index oid := (SELECT pg_relation_filenode(indexrelid) FROM pg_index WHERE indrelid = changed);
    new_index oid;
    new_file oid;
  BEGIN
    EXECUTE format('ALTER TABLE %s ALTER COLUMN c TYPE %s', changed, new_type)
      || CASE WHEN using_cast THEN ' USING c::' || new_type ELSE '' END;
    new_file := pg_relation_filenode(changed);
    new_index := (SELECT pg_relation_filenode(indexrelid) FROM pg_index WHERE indrelid = changed);
    RAISE EXCEPTION USING ERRCODE = 'LK001', MESSAGE =
      CASE WHEN old_file <> new_file THEN 'rewrite' ELSE 'none' END || ' '
      || CASE WHEN old_index IS NULL THEN 'none' WHEN old_index <> new_index THEN 'rebuilt' ELSE 'kept' END;
  EXCEPTION
    WHEN SQLSTATE 'LK001' THEN RETURN SQLERRM;
    WHEN OTHERS THEN RETURN 'error';
  END $$;

  CREATE FUNCTION measure_change(new_type text, OUT implicit text, OUT "using" text, OUT indexed text) LANGUAGE plpgsql AS $$
  BEGIN
    implicit := try_change('plain', false, new_type);
    "using" := try_change('plain', true, new_type);
    IF "using" <> 'error' THEN indexed := try_change('indexed', implicit = 'error', new_type); END IF;
  END $$;`;

/** All pairs of these types on one server: a row for each old type. */
export async function measureTypeChanges(server: TestServer, types: readonly string[]): Promise<TypeChanges> {
  const databases = await prepareDatabases(server, `${setup}${measuring}`);
  const url = await databases.create('');
  try {
    const changes: TypeChanges = [];
    const { client, end } = await openSession(url, { statement_timeout: '0' });
    for (const from of types) {
      await client.query(`DROP TABLE IF EXISTS plain, indexed; CREATE TABLE plain (c ${from}); CREATE TABLE indexed (c ${from})`);
      const indexable = await client.query('CREATE INDEX ON indexed (c)').then(
        () => true,
        () => false,
      );
      const inUtc = (await attemptAll(client, 'UTC', types)).map((attempts) => judge(attempts, indexable));
      const withoutRewrite = types.filter((_, to) => inUtc[to]?.allowed !== 'no' && inUtc[to]?.rewrite === false);
      const inParis = await attemptAll(client, 'Europe/Paris', withoutRewrite);
      withoutRewrite.forEach((to, position) => {
        const change = inUtc[types.indexOf(to)];
        if (change && inParis[position]?.using.startsWith('rewrite')) change.rewrite = 'timeZone';
      });
      changes.push(inUtc);
    }
    await end();
    return changes;
  } finally {
    await databases.drop(url);
    await databases.end();
  }
}

interface Attempts {
  implicit: string;
  using: string;
  indexed: string | null;
}

async function attemptAll(client: ClientBase, timeZone: string, types: readonly string[]): Promise<Attempts[]> {
  await client.query(`SET timezone = '${timeZone}'`);
  const query =
    'SELECT change.* FROM unnest($1::text[]) WITH ORDINALITY AS targets (target, position), measure_change(target) AS change ORDER BY position';
  return (await client.query<Attempts>(query, [types])).rows;
}

function judge({ implicit, using, indexed }: Attempts, indexable: boolean): TypeChange {
  if (using === 'error') return { allowed: 'no', rewrite: false, index: 'none' };
  const allowed = implicit === 'error' ? 'using' : 'implicit';
  if (allowed === 'implicit' && implicit !== using)
    throw new Error(`USING with a plain cast differs from the implicit cast: ${implicit}, ${using}`);
  const index = indexed === 'error' ? 'fails' : (indexed?.split(' ')[1] as TypeChange['index']);
  return { allowed, rewrite: using.startsWith('rewrite'), index: indexable ? index : 'none' };
}
