/** A connection to the real server, authenticated by the driver and then spoken to by message. */
import { connect as connectSocket, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig } from 'pg';
import { LockkeeperError } from '../../../core/errors.js';
import type { Address, SslMode } from '../address.js';
import { destroy } from '../client.js';
import { databaseError, sqlState } from '../errors.js';
import { tlsOptions } from '../tls.js';
import { opening } from './messages.js';

const connectTimeoutMs = 10_000;

/** An open, idle session of the real server. */
export interface Upstream {
  /** Bytes to and from the server; nobody else reads from it. */
  stream: Duplex;
  /** What the server reported at the start: `server_version`, `standard_conforming_strings`, … */
  parameters: Map<string, string>;
  processId: number;
  encrypted: boolean;
  /** Asks the server to cancel what the session is doing. Never throws. */
  cancel(): Promise<void>;
}

/** What is used of the driver's inside; the same that `client.ts` ends connections with. */
interface Inside {
  connection: NodeJS.EventEmitter & { stream: Duplex & { encrypted?: boolean; destroy(): void } };
  getStartupConf(): Record<string, string>;
  processID: number;
  secretKey: number;
}

/**
 * Opens a session. The driver does what it does for every program: TLS as `sslmode` asks for, SCRAM-SHA-256 with channel binding
 * where it is offered, MD5; a server that wants the password in clear gets it under TLS alone.
 *
 * @param address where the server is, with the real password
 * @param settings parameters of the start-up message; they are the session's defaults, which RESET and DISCARD go back to
 * @throws LockkeeperError TARGET_NOT_ADDRESSABLE where a pooler in between refuses the settings, and as `openClient`
 */
export async function openUpstream(address: Address, settings: Record<string, string>): Promise<Upstream> {
  let mode: SslMode = address.sslMode;
  for (;;) {
    try {
      return await open(address, mode, settings);
    } catch (error) {
      const text = String((error as Error | null)?.message ?? '');
      const refusedTls = /does not support SSL/i.test(text) || (sqlState(error) === '28000' && /hba/i.test(text));
      if (mode !== 'prefer' || !refusedTls) throw explained(error, text, address);
      mode = 'disable';
    }
  }
}

function explained(error: unknown, text: string, address: Address): LockkeeperError {
  if (/startup parameter|startup option|command-line options|unsupported.*options/i.test(text)) {
    return new LockkeeperError(
      'TARGET_NOT_ADDRESSABLE',
      'A pooler stands between here and the database and does not take time limits: nothing is run through it.',
      'Name the variable with the direct address of the server.',
    );
  }
  return databaseError(error, [address.password, address.host, address.user]);
}

async function open(address: Address, sslMode: SslMode, settings: Record<string, string>): Promise<Upstream> {
  const { default: driver } = await import('pg');
  const tls = await tlsOptions({ ...address, sslMode });
  const user = address.user ?? 'postgres';
  const config: ClientConfig & { enableChannelBinding: boolean } = {
    host: address.host,
    port: address.port,
    user,
    password: address.password ?? undefined,
    database: address.database ?? user,
    ssl: tls,
    connectionTimeoutMillis: connectTimeoutMs,
    enableChannelBinding: true,
  };
  const client = new driver.Client(config);
  const inside = client as unknown as Inside;
  inside.getStartupConf = () => ({
    user,
    database: address.database ?? user,
    ...(address.options ? { options: address.options } : {}),
    ...settings,
  });
  client.on('error', () => undefined);
  const { connection } = inside;
  const parameters = new Map<string, string>();
  connection.on('parameterStatus', ({ parameterName, parameterValue }: { parameterName: string; parameterValue: string }) =>
    parameters.set(parameterName, parameterValue),
  );
  let inClear = false;
  connection.prependListener('authenticationCleartextPassword', () => {
    if (connection.stream.encrypted || address.host.startsWith('/')) return;
    inClear = true;
    destroy(client);
  });
  try {
    await client.connect();
  } catch (error) {
    destroy(client);
    if (!inClear) throw error;
    throw new LockkeeperError(
      'DATABASE_REFUSED',
      'The server asks for the password in clear on a connection without TLS: it was not sent.',
      'Set sslmode=require in the address, or let the server use scram-sha-256.',
    );
  }
  return takeOver(client, inside, parameters, address, tls);
}

/** From here on the driver hears nothing any more. */
function takeOver(
  client: Client,
  inside: Inside,
  parameters: Map<string, string>,
  address: Address,
  tls: ConnectionOptions | false,
): Upstream {
  const { stream } = inside.connection;
  for (const event of ['data', 'end', 'close', 'error'] as const) stream.removeAllListeners(event);
  stream.on('error', () => undefined);
  client.removeAllListeners();
  const encrypted = stream.encrypted === true;
  return {
    stream,
    parameters,
    processId: inside.processID,
    encrypted,
    cancel: () => requestCancel(address, encrypted ? tls : false, inside.processID, inside.secretKey).catch(() => undefined),
  };
}

/** A cancel request is a connection of its own; the key goes over TLS where the session does. */
async function requestCancel(address: Address, tls: ConnectionOptions | false, processId: number, secretKey: number): Promise<void> {
  const request = Buffer.alloc(16);
  for (const [at, value] of [16, opening.cancel, processId, secretKey].entries()) request.writeInt32BE(value, at * 4);
  const socket: Socket = address.host.startsWith('/')
    ? connectSocket(`${address.host}/.s.PGSQL.${address.port}`)
    : connectSocket(address.port, address.host);
  socket.setTimeout(connectTimeoutMs, () => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => resolve()).once('error', reject);
    socket.once('connect', () => {
      if (tls === false) return void socket.end(request);
      const ask = Buffer.alloc(8);
      ask.writeInt32BE(8, 0);
      ask.writeInt32BE(opening.ssl, 4);
      socket.write(ask);
      socket.once('data', (answer: Buffer) => {
        if (answer[0] !== 0x53) return void socket.destroy();
        const secure = connectTls({ socket, host: address.host, ...tls }, () => secure.end(request));
        secure.once('error', reject);
      });
    });
  });
}
