/** Empty databases of our own for one operation, on a server given for it or embedded, with the statements sent to them. */
import { LockkeeperError } from '../core/errors.js';
import { openThrowAway } from '../databases/pglite.js';
import { readAddress } from '../databases/postgres/address.js';
import type { RecordedStatement } from '../core/recorded.js';
import type { Address, ThrowAwayTarget } from '../orms/tool.js';
import { openGate } from '../databases/postgres/wire/gate.js';
import { serveEmbedded } from './embedded.js';
import { administerOf } from './places/administer.js';
import { removeLeftOverDatabases, throwAwayName } from './places/left-over-databases.js';
import { addressAt } from './places/place.js';

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
      address: addressAt(door.port, 'postgres', null, 'postgres'),
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
    const ask = administerOf(text);
    await removeLeftOverDatabases(ask);
    const name = throwAwayName();
    await ask(`CREATE DATABASE ${name}`);
    const door = await openGate({ host: server.host, port: server.port }, record);
    return {
      address: addressAt(door.port, server.user ?? 'postgres', server.password, name),
      close: async () => {
        await door.close();
        await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      },
    };
  };
}
