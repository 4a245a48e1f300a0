/** A server that was given for throw-away databases. */
import { LockkeeperError } from '../../core/errors.js';
import { type ConnectInput, withSession } from '../../databases/engine.js';
import { postgres } from '../../databases/postgres.js';
import { readAddress } from '../../databases/postgres/address.js';
import { watchServer } from '../watch/door.js';
import { sampleLocks } from '../watch/sample.js';
import { type Administer, administerOf, clientAt } from './administer.js';
import { removeLeftOverDatabases, throwAwayName } from './left-over-databases.js';
import { addressAt, connectInputOf, type Place, type RehearsalDatabase } from './place.js';

const basePrefix = 'lockkeeper_base_';
/** Bases that stay on the server where that is wished; older ones are dropped. */
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
 * @param keepBase leaves the base there as a template for later rehearsals; otherwise nothing stays once the place is closed
 * @throws LockkeeperError NOT_THROWAWAY when it is the target or a standby, DATABASE_REFUSED when databases cannot be made
 */
export async function serverPlace(input: ConnectInput, target: TargetIdentity | null, keepBase = false): Promise<Place> {
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
  const ask = administerOf(text);
  await removeLeftOverDatabases(ask);
  const open = new Set<RehearsalDatabase>();
  /** Bases that go with the place, by their hash. */
  const ownBases = new Map<string, string>();
  return {
    kind: 'server',
    version: fingerprint.version,
    what: `a database made for this on the server that ${input.variable} names (PostgreSQL ${fingerprint.version}), dropped afterwards${keepBase ? '; its base stays as a template, as was asked for' : ''}`,
    doesNotProve: [
      'Its tables hold a few rows, so how long a statement takes on the target is not seen here.',
      ...(sameServer ? ['It is on the same server as the target, and shares its load; locks of one database do not touch the other.'] : []),
    ],
    async open(base) {
      const name = throwAwayName();
      const template = base === null ? null : (ownBases.get(base) ?? baseName(base));
      const [kept] = template === null ? [] : await ask(`SELECT 1 AS one FROM pg_database WHERE datname = '${template}'`);
      const filled = kept !== undefined;
      await ask(`CREATE DATABASE ${name}${filled ? ` TEMPLATE ${template}` : ''}`);
      if (filled) await ask(markAsUsed(template as string));
      const client = () => clientAt(text, name);
      const door = await watchServer({ host: address.host, port: address.port }, (processId) => sampleLocks(client, processId));
      const at = addressAt(door.port, address.user ?? 'postgres', address.password, name);
      const database: RehearsalDatabase = {
        address: at,
        connect: connectInputOf(at, input.signal),
        taken: () => door.taken(),
        pause: (paused) => door.pause(paused),
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
      const half = throwAwayName();
      try {
        await ask(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.address.database}' AND pid <> pg_backend_pid()`,
        );
        await ask(`CREATE DATABASE ${half} TEMPLATE ${database.address.database}`);
        if (keepBase) {
          await ask(`ALTER DATABASE ${half} RENAME TO ${baseName(base)}`);
          await ask(markAsUsed(baseName(base)));
          await pruneBases(ask);
        } else ownBases.set(base, half);
        return true;
      } catch {
        await ask(`DROP DATABASE IF EXISTS ${half} WITH (FORCE)`).catch(() => undefined);
        return false;
      }
    },
    async close() {
      for (const database of [...open]) await database.drop();
      for (const name of ownBases.values()) await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined);
    },
  };
}

function baseName(base: string): string {
  return `${basePrefix}${base.slice(0, 32)}`;
}

function markAsUsed(template: string): string {
  return `COMMENT ON DATABASE ${template} IS 'base of lockkeeper rehearse, used ${new Date().toISOString()}'`;
}

async function pruneBases(ask: Administer): Promise<void> {
  const rows = await ask<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname LIKE '${basePrefix.replaceAll('_', '\\_')}%' ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST`,
  );
  for (const { name } of rows.slice(mostBases)) await ask(`DROP DATABASE IF EXISTS ${name}`).catch(() => undefined);
}

function notFit(variable: string, why: string): LockkeeperError {
  return new LockkeeperError(
    'NOT_THROWAWAY',
    `Nothing is rehearsed on what ${variable} names: ${why}.`,
    'Name another server, on which databases may be made and dropped.',
  );
}
