/** Statements to a server that was given for throw-away databases, outside of these. */
import { LockkeeperError } from '../../core/errors.js';
import { redact } from '../../core/redact.js';
import { readAddress } from '../../databases/postgres/address.js';

/** One statement on a connection of its own. @throws LockkeeperError DATABASE_REFUSED */
export type Administer = <Row extends object>(sql: string) => Promise<Row[]>;

/** @param address of the server; its secrets are in no error */
export function administerOf(address: string): Administer {
  const { password, host, user } = readAddress(address, 'the address');
  return async <Row extends object>(sql: string): Promise<Row[]> => {
    let client: Awaited<ReturnType<typeof clientAt>> | null = null;
    try {
      client = await clientAt(address);
      return (await client.query<Row>(sql)).rows;
    } catch (error) {
      throw new LockkeeperError(
        'DATABASE_REFUSED',
        `The server for throw-away databases refuses: ${redact(String((error as Error).message), [password, host, user])}`,
        'Name a server and a role that may create databases, or leave it out.',
      );
    } finally {
      await client?.end().catch(() => undefined);
    }
  };
}

/** A connection that the caller ends. @param database another than the address names */
export async function clientAt(address: string, database?: string) {
  const { default: driver } = await import('pg');
  const { host, port, user, password, database: own } = readAddress(address, 'the address');
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
