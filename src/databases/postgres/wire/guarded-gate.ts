/** A gate to a real server that lets through what a referee lets pass, and nothing else. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Address } from '../address.js';
import { type Door, listen } from './gate.js';
import { GuardedSession } from './guarded-session.js';
import type { Referee } from './referee.js';

/** An open gate, and how a program of this machine is pointed at it. */
export interface GuardedGate extends Door {
  user: string;
  /** Made for this gate; worth nothing once it is closed, and unknown to the server. */
  password: string;
  database: string;
  /** Process ids of the server's sessions that are open through it. */
  sessions(): number[];
  /** Asks the server to cancel what its sessions are doing. */
  cancel(): Promise<void>;
  /** Cuts the sessions: the server rolls back what is open. The gate stays open. */
  cut(): void;
}

/**
 * Opens a gate on 127.0.0.1. Clients come with a password of the gate's own; the gate authenticates to the server with the real one,
 * which no client gets to know.
 *
 * @param address the real server
 * @param settings parameters of every session's start-up: time limits and name
 * @param referee judges every statement
 */
export async function openGuardedGate(address: Address, settings: Record<string, string>, referee: Referee): Promise<GuardedGate> {
  const user = address.user ?? 'postgres';
  const database = address.database ?? user;
  const password = randomBytes(32).toString('base64url');
  const open = new Map<number, GuardedSession>();
  const admits = (given: { user: string; database: string; password: string }): boolean =>
    given.user === user && given.database === database && same(given.password, password);
  let connections = 0;
  const door = await listen((client) => {
    const number = ++connections;
    const session = new GuardedSession(client, number, {
      address,
      settings,
      referee,
      admits,
      cancel: (processId, key) => void [...open.values()].find((each) => each.hasKey(processId, key))?.cancel(),
      ended: () => open.delete(number),
    });
    open.set(number, session);
    return () => session.end();
  });
  return {
    ...door,
    user,
    password,
    database,
    sessions: () => [...open.values()].map((session) => session.processId).filter((id) => id !== 0),
    cancel: async () => {
      await Promise.all([...open.values()].map((session) => session.cancel()));
    },
    cut: () => {
      for (const session of open.values()) session.end();
    },
  };
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
