import { LockkeeperError } from '../../core/errors.js';
import type { ConnectInput, DatabaseSession } from '../engine.js';
import { readAddress } from './address.js';
import { destroy, openClient } from './client.js';
import { cancelled, databaseError } from './errors.js';
import { openSession } from './session.js';
import { judgeMajor, readMajor } from './version.js';

/**
 * Opens a read-only session on the database that an environment variable names.
 *
 * @param input name of the variable, and a signal that ends it
 * @throws LockkeeperError DATABASE_VARIABLE_UNSET, BAD_USAGE, NOT_SUPPORTED_YET, DATABASE_UNREACHABLE, DATABASE_REFUSED,
 *   DATABASE_TOO_OLD, CANCELLED; no message holds host, user, password or address
 */
export async function connect(input: ConnectInput): Promise<DatabaseSession> {
  const address = readAddress(readVariable(input), input.variable);
  const secrets = [address.password, address.host, address.user];
  const { client, guarded } = await openClient(address, input.signal);
  const abort = (): void => destroy(client);
  input.signal?.addEventListener('abort', abort, { once: true });
  try {
    const { rows } = await client.query<{ version: string }>('SELECT version() AS version');
    const version = readMajor(rows[0]?.version ?? '');
    const note = judgeMajor(version, input.minimumVersion);
    const path = await client.query<{ path: string[] }>('SELECT current_schemas(false)::text[] AS path');
    const notes = [
      ...address.notes,
      ...(note ? [note] : []),
      ...(guarded ? [] : ['A pooler stands in between: what is read is the same, settings of the session may be its own.']),
    ];
    return await openSession(client, {
      version,
      searchPath: address.searchPath ?? path.rows[0]?.path ?? ['public'],
      notes,
      secrets,
      signal: input.signal,
    });
  } catch (error) {
    destroy(client);
    throw input.signal?.aborted ? cancelled() : databaseError(error, secrets);
  } finally {
    input.signal?.removeEventListener('abort', abort);
  }
}

function readVariable({ variable, environment = process.env }: ConnectInput): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'The database is named by an environment variable, and this is no name of one.',
      'Put the address into a variable such as DATABASE_URL and give its name.',
    );
  }
  const value = environment[variable]?.trim();
  if (!value) {
    throw new LockkeeperError(
      'DATABASE_VARIABLE_UNSET',
      `The environment variable ${variable} is not set.`,
      `Set ${variable} to the address of the database, where lockkeeper is started.`,
    );
  }
  return value;
}
