import type { Client, ClientConfig } from 'pg';
import type { Address, SslMode } from './address.js';
import { cancelled, databaseError, sqlState } from './errors.js';
import { tlsOptions } from './tls.js';

const connectTimeoutMs = 5000;

/** Sent with the start-up, so that not even the first statement could write. Poolers may refuse it. */
const readOnlyOption = '-c default_transaction_read_only=on';

/** One way to try the connection. */
interface Attempt {
  sslMode: SslMode;
  guarded: boolean;
}

/**
 * Opens one connection. Tries TLS first and goes on without where `sslmode` allows it, and leaves the start-up option out
 * where a pooler in between refuses it.
 *
 * @param address where to connect to
 * @param signal ends the attempt when aborted
 * @returns the connection, and whether the start-up option was accepted
 * @throws LockkeeperError
 */
export async function openClient(address: Address, signal?: AbortSignal): Promise<{ client: Client; guarded: boolean }> {
  let attempt: Attempt | null = { sslMode: address.sslMode, guarded: !address.pooled };
  let failure: unknown = null;
  while (attempt) {
    try {
      return { client: await open(address, attempt, signal), guarded: attempt.guarded };
    } catch (error) {
      failure = error;
      attempt = nextAttempt(attempt, error);
    }
  }
  throw databaseError(failure, [address.password, address.host, address.user]);
}

function nextAttempt(attempt: Attempt, error: unknown): Attempt | null {
  const text = String((error as Error | null)?.message ?? '');
  const refusedTls = /does not support SSL/i.test(text) || (sqlState(error) === '28000' && /hba/i.test(text));
  if (attempt.sslMode === 'prefer' && refusedTls) return { ...attempt, sslMode: 'disable' };
  const refusedOption = /startup parameter|startup option|command-line options|unsupported.*options/i.test(text);
  return attempt.guarded && refusedOption ? { ...attempt, guarded: false } : null;
}

async function open(address: Address, attempt: Attempt, signal?: AbortSignal): Promise<Client> {
  if (signal?.aborted) throw cancelled();
  const { default: driver } = await import('pg');
  const options = [address.options, attempt.guarded ? readOnlyOption : null].filter(Boolean).join(' ');
  const config: ClientConfig = {
    host: address.host,
    port: address.port,
    user: address.user ?? undefined,
    password: address.password ?? undefined,
    database: address.database ?? undefined,
    ssl: await tlsOptions({ ...address, sslMode: attempt.sslMode }),
    application_name: 'lockkeeper',
    connectionTimeoutMillis: connectTimeoutMs,
    options: options || undefined,
  };
  const client = new driver.Client(config);
  // Without a listener a connection lost later would end the process; the next query reports it.
  client.on('error', () => undefined);
  const abort = (): void => destroy(client);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    return client;
  } catch (error) {
    destroy(client);
    throw signal?.aborted ? cancelled() : error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Cuts the connection at once, without a word to the server. */
export function destroy(client: Client): void {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}
