import type { Facts } from '../../core/facts.js';
import type { Need } from '../../core/finding.js';
import type { DatabaseSession } from '../engine.js';
import { readLongTransactions } from './facts/activity.js';
import { readReplication } from './facts/replication.js';
import { readServer } from './facts/server.js';
import { readTables } from './facts/tables.js';

/**
 * Reads what the catalog and the statistics tell of a database: sizes, traffic, settings, and who is at work right now.
 * Reads no table of the application and keeps no text of anybody's statement.
 *
 * @param session an open session
 * @returns `undetermined` names what the role may not see: "unknown", not "none"
 * @throws LockkeeperError DATABASE_REFUSED, CANCELLED
 */
export async function readFacts(session: DatabaseSession): Promise<Facts> {
  const server = await readServer(session);
  const { tables, sized } = await readTables(session);
  const { longTransactions, allVisible } = await readLongTransactions(session);
  const { replicas, logicalSlots, lagVisible } = await readReplication(session);
  const undetermined: Need[] = [];
  if (!sized) undetermined.push('tableSize');
  if (!allVisible) undetermined.push('longTransactions');
  if (!lagVisible) undetermined.push('replicas');
  return { engine: 'postgres', version: session.version, ...server, tables, longTransactions, replicas, logicalSlots, undetermined };
}
