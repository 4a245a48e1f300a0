/** A server that was given for throw-away databases. */
import { LockkeeperError } from '../../core/errors.js';
import { redact } from '../../core/redact.js';
import { type ConnectInput, withSession } from '../../databases/engine.js';
import { postgres } from '../../databases/postgres.js';
import { readAddress } from '../../databases/postgres/address.js';
import { watchServer } from '../watch/door.js';
import { sampleLocks } from '../watch/sample.js';
import { isGone, makerOf, markedName, thisMaker } from './mark.js';
import { addressAt, connectInputOf, type Place, type RehearsalDatabase } from './place.js';

const databasePrefix = 'lockkeeper_r_';
const basePrefix = 'lockkeeper_base_';
/** Bases that stay on the server; older ones are dropped. */
const mostBases = 3;

/** What is compared to tell a server from the target. */
export interface TargetIdentity {
  systemIdentifier: string | null;
  database: string;
}

/**
 * A place on a server that the caller names. What killed rehearsals of this machine left there is dropped first.
 *
 * @param input name of the variable with its address, and where it is looked up
 * @param target which must not be the same database; null when none is known
 * @throws LockkeeperError NOT_THROWAWAY when it is the target or a standby, DATABASE_REFUSED when databases cannot be made
 */
export async function serverPlace(input: ConnectInput, target: TargetIdentity | null): Promise<Place> {
  const fingerprint = await withSession(postgres, input, (session) => postgres.fingerprint(session));
  const sameServer = target?.systemIdentifier != null && target.systemIdentifier === fingerprint.systemIdentifier;
  if (fingerprint.standby) throw notFit(input.variable, 'it is a standby');
  const unsure = target !== null && (target.systemIdentifier === null || fingerprint.systemIdentifier === null);
  if ((sameServer || unsure) && target?.database === fingerprint.database) throw notFit(input.variable, 'it is the target itself');
  const text = (input.environment ?? process.env)[input.variable] ?? '';
  const address = readAddress(text, input.variable);
  if (address.sslMode !== 'disable' && address.sslMode !== 'prefer') {
    throw new LockkeeperError(
      'NOT_SUPPORTED_YET',
      `${input.variable} demands TLS: a server for rehearsals is spoken to without.`,
      'Name a server on this machine, or leave it out.',
    );
  }
  const secrets = [address.password, address.host, address.user];
  const ask = <Row extends object>(sql: string, database?: string): Promise<Row[]> => administer<Row>(text, secrets, sql, database);
  await removeLeftOvers(ask);
  const open = new Set<RehearsalDatabase>();
  return {
    kind: 'server',
    version: fingerprint.version,
    what: `a database made for this on the server that ${input.variable} names (PostgreSQL ${fingerprint.version}), dropped afterwards`,
    doesNotProve: [
      'Its tables hold a few rows, so how long a statement takes on the target is not seen here.',
      ...(sameServer ? ['It is on the same server as the target, and shares its load; locks of one database do not touch the other.'] : []),
    ],
    async open(base) {
      const name = markedName(databasePrefix);
      const template = base === null ? null : `${basePrefix}${base.slice(0, 32)}`;
      const [kept] = template === null ? [] : await ask(`SELECT 1 AS one FROM pg_database WHERE datname = '${template}'`);
      const filled = kept !== undefined;
      await ask(`CREATE DATABASE ${name}${filled ? ` TEMPLATE ${template}` : ''}`);
      if (filled) await ask(`COMMENT ON DATABASE ${template} IS 'base of lockkeeper rehearse, used ${new Date().toISOString()}'`);
      const client = () => clientOf(text, name);
      const door = await watchServer({ host: address.host, port: address.port }, (processId) => sampleLocks(client, processId));
      const at = addressAt(door.port, address.user ?? 'postgres', address.password, name);
      const database: RehearsalDatabase = {
        address: at,
        connect: connectInputOf(at, input.signal),
        taken: () => door.taken(),
        drop: async () => {
          open.delete(database);
          await door.close().catch(() => undefined);
          await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined);
        },
      };
      open.add(database);
      return { database, filled };
    },
    async keep(database, base) {
      const name = `${basePrefix}${base.slice(0, 32)}`;
      const half = markedName(databasePrefix);
      try {
        await ask(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.address.database}' AND pid <> pg_backend_pid()`,
        );
        await ask(`CREATE DATABASE ${half} TEMPLATE ${database.address.database}`);
        await ask(`ALTER DATABASE ${half} RENAME TO ${name}`);
        await ask(`COMMENT ON DATABASE ${name} IS 'base of lockkeeper rehearse, used ${new Date().toISOString()}'`);
        await pruneBases(ask);
        return true;
      } catch {
        await ask(`DROP DATABASE IF EXISTS ${half} WITH (FORCE)`).catch(() => undefined);
        return false;
      }
    },
    async close() {
      for (const database of [...open]) await database.drop();
    },
  };
}

type Ask = <Row extends object>(sql: string) => Promise<Row[]>;

/** Databases of rehearsals that were killed. Of another machine's nothing is known, so a day must have passed over them. */
async function removeLeftOvers(ask: Ask): Promise<void> {
  const rows = await ask<{ name: string; used: boolean; old: boolean }>(
    `SELECT datname AS name, EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname) AS used,
            (pg_stat_file('base/' || d.oid || '/PG_VERSION', true)).modification < now() - interval '1 day' AS old
       FROM pg_database d WHERE datname LIKE '${databasePrefix.replaceAll('_', '\\_')}%'`,
  ).catch(() =>
    ask<{ name: string; used: boolean; old: boolean }>(
      `SELECT datname AS name, true AS used, false AS old FROM pg_database WHERE datname LIKE '${databasePrefix.replaceAll('_', '\\_')}%'`,
    ),
  );
  for (const { name, used, old } of rows) {
    const maker = makerOf(name, databasePrefix);
    const foreign = maker !== null && maker.machine !== thisMaker().machine && !used && old;
    if (maker !== null && (isGone(maker) || foreign)) await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined);
  }
}

async function pruneBases(ask: Ask): Promise<void> {
  const rows = await ask<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname LIKE '${basePrefix.replaceAll('_', '\\_')}%' ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST`,
  );
  for (const { name } of rows.slice(mostBases)) await ask(`DROP DATABASE IF EXISTS ${name}`).catch(() => undefined);
}

async function clientOf(connectionString: string, database: string | undefined) {
  const { default: driver } = await import('pg');
  const { host, port, user, password, database: own } = readAddress(connectionString, 'the address');
  const client = new driver.Client({
    host,
    port,
    user: user ?? 'postgres',
    password: password ?? undefined,
    database: database ?? own ?? 'postgres',
    application_name: 'lockkeeper',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** One statement on a connection of its own. */
async function administer<Row extends object>(
  text: string,
  secrets: readonly (string | null)[],
  sql: string,
  database: string | undefined,
): Promise<Row[]> {
  let client: Awaited<ReturnType<typeof clientOf>> | null = null;
  try {
    client = await clientOf(text, database);
    return (await client.query<Row>(sql)).rows;
  } catch (error) {
    throw new LockkeeperError(
      'DATABASE_REFUSED',
      `The server for the rehearsal refuses: ${redact(String((error as Error).message), secrets)}`,
      'Name a server and a role that may create databases, or leave it out.',
    );
  } finally {
    await client?.end().catch(() => undefined);
  }
}

function notFit(variable: string, why: string): LockkeeperError {
  return new LockkeeperError(
    'NOT_THROWAWAY',
    `Nothing is rehearsed on what ${variable} names: ${why}.`,
    'Name another server, on which databases may be made and dropped.',
  );
}
