/** A door on this machine to a real server: what goes through is noted. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { RecordedStatement } from '../../../core/recorded.js';
import { MessageCutter, opening } from './messages.js';
import { StatementRecorder } from './recorder.js';

/** An open door. */
export interface Door {
  port: number;
  /** Cuts every connection and closes the door. */
  close(): Promise<void>;
}

/**
 * Opens a door on 127.0.0.1 to a server. Clients speak to it without TLS; it says no to their wish for it.
 *
 * @param upstream where the server listens
 * @param record gets every statement
 */
export async function openGate(upstream: { host: string; port: number }, record: (statement: RecordedStatement) => void): Promise<Door> {
  let connections = 0;
  return listen((client) => {
    connections += 1;
    const recorder = new StatementRecorder(connections, record);
    const server = connect(upstream);
    const fromClient = new MessageCutter(true);
    const fromServer = new MessageCutter(false);
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    client.on('data', (bytes: Buffer) => {
      try {
        for (const message of fromClient.add(bytes)) {
          const code = message.type === '' ? message.body.readInt32BE(0) : 0;
          if (code === opening.ssl || code === opening.gss) {
            client.write('N');
            continue;
          }
          if (message.type === '') fromClient.started();
          else recorder.sent(message);
          server.write(message.whole);
        }
      } catch {
        end();
      }
    });
    server.on('data', (bytes: Buffer) => {
      try {
        for (const message of fromServer.add(bytes)) recorder.answered(message);
        client.write(bytes);
      } catch {
        end();
      }
    });
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    return end;
  });
}

/**
 * Listens on a free port of 127.0.0.1.
 *
 * @param serve takes a connection over and answers how to cut it
 */
export async function listen(serve: (client: Socket) => () => void): Promise<Door> {
  const open = new Set<() => void>();
  const server: Server = createServer((client) => {
    client.setNoDelay(true);
    const end = serve(client);
    open.add(end);
    client.once('close', () => open.delete(end));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  // A door must not keep the process alive.
  server.unref();
  return {
    port: address.port,
    close: async () => {
      for (const end of open) end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
