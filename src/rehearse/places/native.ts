/** A PostgreSQL that is installed on this machine, started for one rehearsal. */
import type { Client } from 'pg';
import { LockkeeperError } from '../../core/errors.js';
import { sampleLocks } from '../watch/sample.js';
import { watchServer } from '../watch/door.js';
import type { ServerBinaries } from './binaries.js';
import { type Cluster, startCluster } from './cluster.js';
import { removeLeftOvers } from './left-overs.js';
import { addressAt, connectInputOf, type Place, type RehearsalDatabase } from './place.js';

/** Name of the database in a kept cluster that holds the base. */
const baseName = 'lockkeeper_base';

/**
 * A place on a server of our own. The server is started with the first database, from its base where one is kept.
 *
 * @param binaries of the version to run
 * @param signal ends what is under way
 */
export async function nativePlace(binaries: ServerBinaries, signal?: AbortSignal): Promise<Place> {
  await removeLeftOvers();
  let cluster: Cluster | null = null;
  let count = 0;
  const administer = async (sql: string): Promise<void> => {
    if (cluster === null) throw new LockkeeperError('INTERNAL', 'The server is not there.', 'Rehearse again.');
    const client = await clientOf(cluster, 'postgres');
    try {
      await client.query(sql);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const openDoor = async (name: string): Promise<RehearsalDatabase> => {
    const server = cluster as Cluster;
    const door = await watchServer({ host: server.host, port: server.port }, (processId) =>
      sampleLocks(() => clientOf(server, name), processId),
    );
    const address = addressAt(door.port, server.user, server.password, name);
    return {
      address,
      connect: connectInputOf(address, signal),
      taken: () => door.taken(),
      drop: async () => {
        await door.close().catch(() => undefined);
        await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined);
      },
    };
  };
  let filled = false;
  return {
    kind: 'native',
    version: binaries.major,
    what: `PostgreSQL ${binaries.version}, which is installed on this machine, started for this rehearsal on an empty data folder`,
    doesNotProve: [
      'Its tables hold a few rows, so how long a statement takes on the target is not seen here.',
      'It sorts text by the collation C.',
    ],
    async open(base) {
      if (cluster === null) ({ cluster, filled } = await startCluster(binaries, base));
      count += 1;
      const name = `lockkeeper_${count}`;
      await administer(`CREATE DATABASE ${name}${filled && base !== null ? ` TEMPLATE ${baseName}` : ''}`);
      return { database: await openDoor(name), filled: filled && base !== null };
    },
    async keep(database, base) {
      if (cluster === null) return false;
      await administer(`DROP DATABASE IF EXISTS ${baseName} WITH (FORCE)`);
      await administer(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.address.database}' AND pid <> pg_backend_pid()`,
      );
      // The kept folder holds the base alone.
      await administer(`ALTER DATABASE ${database.address.database} RENAME TO ${baseName}`);
      filled = true;
      const kept = await cluster.keep(base);
      await administer(`CREATE DATABASE ${database.address.database} TEMPLATE ${baseName}`);
      return kept;
    },
    async close() {
      await cluster?.stop().catch(() => undefined);
      cluster = null;
    },
  };
}

async function clientOf(cluster: Cluster, database: string): Promise<Client> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({ host: cluster.host, port: cluster.port, user: cluster.user, password: cluster.password, database });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
