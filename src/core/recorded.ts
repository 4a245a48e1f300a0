/** One statement as it went over the wire to a server. */
export interface RecordedStatement {
  sql: string;
  /** Values of its parameters as text, where it had any; null values are null, binary ones `undefined`. */
  values: (string | null | undefined)[];
  /** True when the session was in a transaction block before it. */
  inTransaction: boolean;
  /** The server refused it. */
  failed: boolean;
  /** Number of the connection, from 1. */
  connection: number;
}
