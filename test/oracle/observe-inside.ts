/** Observes a statement inside a transaction block that is rolled back. See `observe.ts` for the method. */
import type { ClientBase } from 'pg';
import { readCatalog } from './catalog-picture.js';
import { nameLocks, newLocks, readLocks } from './lock-picture.js';
import { countRows, removedRows } from './row-counts.js';
import { findScans, readCounters, readForeignKeys } from './scans.js';
import { runStatement, type Session } from './session.js';
import { storageChanges } from './storage.js';
import type { Observation, Shape } from './types.js';

/**
 * What the shape's statement does in a block.
 * @param session runs the statement
 * @param watcher another session in the same database, which reads the locks
 */
export async function observeInside(session: Session, watcher: ClientBase, shape: Shape): Promise<Observation> {
  const { client } = session;
  await client.query('BEGIN');
  try {
    if (shape.before) await client.query(shape.before);
    const before = await readCatalog(client);
    // What a subtransaction locks is let go with it, so counting leaves no trace in the lock picture.
    await client.query('SAVEPOINT counting');
    const rowsBefore = await countRows(client, before);
    await client.query('ROLLBACK TO SAVEPOINT counting; RELEASE SAVEPOINT counting');
    const countersBefore = await readCounters(client);
    const locksBefore = await readLocks(watcher, session.processId);

    const { error, rows, messages } = await runStatement(session, shape.sql);
    if (error) return failed(error);

    const locks = nameLocks(newLocks(locksBefore, await readLocks(watcher, session.processId)), before);
    await client.query('SET client_min_messages = notice');
    const countersAfter = await readCounters(client);
    const foreignKeys = await readForeignKeys(client);
    const after = await readCatalog(client);
    const rowsAfter = await countRows(client, after);
    const storage = storageChanges(before, after, rowsBefore, rowsAfter);
    const builtOn = Object.values(storage.builtOn).map(({ table }) => table);
    // Constraints of one name stand on several partitions: what is not locked was not read.
    const scans = findScans({
      before,
      rowsBefore,
      messages,
      countersBefore,
      countersAfter,
      foreignKeys,
      rewrites: storage.rewrites,
      builtOn,
    }).filter((table) => table in locks);
    return {
      locks,
      ...storage,
      scans,
      error: null,
      runsInTransaction: true,
      rows,
      removedRows: removedRows(rowsBefore, rowsAfter, before),
    };
  } finally {
    await client.query('ROLLBACK; SET client_min_messages = notice');
  }
}

/** A failed statement has let go of everything and changed nothing: only the error is said of it. */
export function failed(error: Observation['error'], runsInTransaction = error?.code !== '25001'): Observation {
  return {
    locks: {},
    rewrites: [],
    scans: [],
    indexBuilds: [],
    builtOn: {},
    indexesOf: {},
    error,
    runsInTransaction,
    rows: null,
    removedRows: {},
    newRelations: [],
  };
}
