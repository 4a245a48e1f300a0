/** What decides which statements pass a guarded gate. The gate knows the protocol, the referee knows what was approved. */

/** A statement that a client wants to have executed. */
export interface Incoming {
  sql: string;
  /** Values of its parameters as text; `undefined` where they are not known. */
  values: readonly (string | null | undefined)[];
}

/** The session that a statement comes from. */
export interface GateSession {
  /** Number of the connection, from 1. */
  connection: number;
  /** In a transaction block, as the server said last. */
  inTransaction: boolean;
  /** Process id of the server's session. */
  processId: number;
}

/** Why something does not pass; the client gets it as the server's error. */
export interface Refusal {
  message: string;
  hint: string;
}

/** What became of a statement that passed: `null` when the server did not come to it. */
export type Settled = { failed: boolean; code: string | null } | null;

/** The answer for all statements of one message: they pass together or not at all. */
export interface Ruling {
  refused: Refusal | null;
  /** Text to send in place of what came; null leaves it as it is. */
  text: string | null;
  /** Statements of ours to run before it, where the session is outside a transaction, and after it. */
  before: readonly string[];
  after: readonly string[];
  /** Told once for each statement, by its position. */
  settle(position: number, outcome: Settled): void;
}

export interface Referee {
  /**
   * Judges what a client asks for in its start-up message.
   *
   * @param wanted parameters, user and database left out
   * @returns settings that go on to the server, or why the connection is refused
   */
  startUp(wanted: ReadonlyMap<string, string>): { settings: Record<string, string> } | { refused: Refusal };
  /** Judges a statement that is being prepared; it is judged again, with its values, each time it is executed. */
  prepare(sql: string, session: GateSession): { text: string; before: readonly string[]; after: readonly string[] } | { refused: Refusal };
  /** Judges the statements of one message. */
  judge(statements: readonly Incoming[], session: GateSession): Ruling;
}
