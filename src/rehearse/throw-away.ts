/** Empty databases of our own for one operation, on a server given for it or embedded, with the statements sent to them. */
import { randomBytes } from 'node:crypto';
import { LockkeeperError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { openThrowAway } from '../databases/pglite.js';
import { readAddress } from '../databases/postgres/address.js';
import type { RecordedStatement } from '../core/recorded.js';
import type { Address, ThrowAwayTarget } from '../orms/tool.js';
import { type Door, openGate } from '../databases/postgres/wire/gate.js';
import { serveEmbedded } from './embedded.js';

export interface OpenThrowAway {
  target: ThrowAwayTarget;
  /** What it is and what it does not prove, for the reader. */
  what: string;
  /** Drops every database, closes every port. Never throws. */
  close(): Promise<void>;
}

/**
 * Opens an empty throw-away database.
 *
 * @param variable name of the environment variable with the address of a server on which databases may be made and dropped;
 *   without one PostgreSQL runs inside this process
 * @param environment where the variable is looked up
 * @param prepared what an embedded database is to have from the beginning; a server has its own
 * @throws LockkeeperError DATABASE_VARIABLE_UNSET, DATABASE_UNREACHABLE, DATABASE_REFUSED, NOT_SUPPORTED_YET
 */
export async function openThrowAwayTarget(
  variable: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  prepared: Prepared = {},
): Promise<OpenThrowAway> {
  const recorded: RecordedStatement[] = [];
  const closers: (() => Promise<void>)[] = [];
  const make = variable === undefined ? embedded(prepared) : onServer(variable, environment);
  const open = async (): Promise<Address> => {
    const { address, close } = await make((statement) => recorded.push(statement));
    closers.push(close);
    return address;
  };
  try {
    const address = await open();
    return {
      target: { address, another: open, recorded: () => recorded.splice(0) },
      what:
        variable === undefined
          ? 'the embedded PostgreSQL 18, one session only'
          : `a database made for this on the server that ${variable} names, dropped afterwards`,
      close: async () => {
        for (const close of closers.splice(0)) await close().catch(() => undefined);
      },
    };
  } catch (error) {
    for (const close of closers) await close().catch(() => undefined);
    throw error;
  }
}

/** What migrations may count on. */
export interface Prepared {
  /** Extensions that may be created, by name. */
  extensions?: readonly string[];
  /** Roles that grants name, as SQL writes them. */
  roles?: readonly string[];
}

interface Made {
  address: Address;
  close(): Promise<void>;
}

type Note = (statement: RecordedStatement) => void;

function embedded({ extensions = [], roles = [] }: Prepared): (record: Note) => Promise<Made> {
  return async (record) => {
    const database = await openThrowAway({ extensions });
    for (const role of roles) await database.exec(`CREATE ROLE ${role}`);
    const door = await serveEmbedded(database, record);
    return {
      address: addressAt(door, 'postgres', null, 'postgres'),
      close: async () => {
        await door.close();
        await database.close();
      },
    };
  };
}

function onServer(variable: string, environment: Readonly<{ [name: string]: string | undefined }>): (record: Note) => Promise<Made> {
  return async (record) => {
    const text = environment[variable]?.trim();
    if (!text) {
      throw new LockkeeperError(
        'DATABASE_VARIABLE_UNSET',
        `The environment variable ${variable} is not set.`,
        `Set ${variable} to the address of a server on which databases may be made and dropped.`,
      );
    }
    const server = readAddress(text, variable);
    if (server.sslMode !== 'disable' && server.sslMode !== 'prefer') {
      throw new LockkeeperError(
        'NOT_SUPPORTED_YET',
        `${variable} demands TLS: a throw-away server is spoken to without.`,
        'Name a server on this machine, or leave it out to use the embedded PostgreSQL.',
      );
    }
    const name = `lockkeeper_${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
    const secrets = [server.password, server.host, server.user];
    await administer(text, secrets, `CREATE DATABASE ${name}`);
    const door = await openGate({ host: server.host, port: server.port }, record);
    return {
      address: addressAt(door, server.user ?? 'postgres', server.password, name),
      close: async () => {
        await door.close();
        await administer(text, secrets, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      },
    };
  };
}

/** One statement on a connection of its own. */
async function administer(connectionString: string, secrets: readonly (string | null)[], sql: string): Promise<void> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({ connectionString, application_name: 'lockkeeper', connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } catch (error) {
    throw new LockkeeperError(
      'DATABASE_REFUSED',
      `A throw-away database could not be made: ${redact(String((error as Error).message), secrets)}`,
      'Name a server and a role that may create databases, or leave it out to use the embedded PostgreSQL.',
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

function addressAt(door: Door, user: string, password: string | null, database: string): Address {
  const host = '127.0.0.1';
  const login = password === null ? encodeURIComponent(user) : `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    host,
    port: door.port,
    user,
    password,
    database,
    searchPath: null,
    url: `postgresql://${login}@${host}:${door.port}/${database}?sslmode=disable`,
  };
}
