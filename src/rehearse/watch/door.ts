/** A door to a throw-away database, behind which every statement is watched. */
import type { WireDatabase } from '../../databases/pglite.js';
import { type Door, listen } from '../../databases/postgres/wire/gate.js';
import { embeddedBackend, serverBackend, Turns } from './backend.js';
import { WatchedConnection } from './connection.js';
import type { Sampler, WatchedStatement, WatchSink } from './sink.js';

/** An open door with what went through it. */
export interface WatchedDoor extends Door {
  /** Statements since the last call, in order. Those of connections with application name `lockkeeper` are not among them. */
  taken(): WatchedStatement[];
}

/**
 * Opens a door on 127.0.0.1 to a real server.
 *
 * @param sampler looks at locks from another session
 */
export function watchServer(upstream: { host: string; port: number }, sampler: Sampler | null): Promise<WatchedDoor> {
  return open(sampler, () => serverBackend(upstream));
}

/** Opens a door on 127.0.0.1 to the embedded PostgreSQL, whose one session the connections share. */
export function watchEmbedded(database: WireDatabase): Promise<WatchedDoor> {
  const turns = new Turns();
  return open(null, () => embeddedBackend(database, turns));
}

async function open(sampler: Sampler | null, backend: () => ReturnType<typeof serverBackend>): Promise<WatchedDoor> {
  const statements: WatchedStatement[] = [];
  let transactions = 0;
  const sink: WatchSink = {
    add: (statement) => void statements.push(statement),
    drop: (statement) => void statements.splice(statements.indexOf(statement), 1),
    nextTransaction: () => ++transactions,
    sampler,
  };
  const door = await listen((client) => {
    const connection = new WatchedConnection(client, backend(), sink);
    return () => connection.end();
  });
  return { ...door, taken: () => statements.splice(0) };
}
