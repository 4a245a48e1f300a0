/** The schema of a database as a snapshot. */
import { LockkeeperError } from '../../../core/errors.js';
import type { SchemaSnapshot } from '../../../core/schema.js';
import { readColumns } from './columns.js';
import { readComments } from './comments.js';
import { readConstraints } from './constraints.js';
import { readFunctions } from './functions.js';
import { readGrants } from './grants.js';
import { readIndexes } from './indexes.js';
import { readNeeds } from './needs.js';
import { readPublications, readSchemasAndExtensions, readStatistics, readUndescribed } from './others.js';
import { Reading, type SnapshotReader } from './reading.js';
import { readRelations } from './relations.js';
import { readSequences } from './sequences.js';
import { readTableCode } from './table-code.js';
import { readTypes } from './types.js';
import { readViews } from './views.js';

export type { SnapshotReader } from './reading.js';

/**
 * Reads everything that belongs to the users of a database from its system catalogs, in some twenty queries whatever its size.
 * A role that may connect can read all of it; no table is read.
 *
 * The same schema gives the same properties on PostgreSQL 14 to 18 and on the embedded one. Owners of objects are not part of it,
 * nor is what an owner may do with its own.
 *
 * @param reader an open session or another way to SELECT, in a transaction of its own: the search path is set for it
 * @param version major version of the server
 * @throws what the reader throws
 */
export async function readSnapshot(reader: SnapshotReader, version: number): Promise<SchemaSnapshot> {
  // With this the server qualifies every name that is not built in.
  await reader.query("SELECT set_config('search_path', 'pg_catalog', true)");
  const [set] = await reader.query<{ path: string }>("SELECT current_setting('search_path') AS path");
  if (set?.path !== 'pg_catalog') throw new LockkeeperError('INTERNAL', 'A schema is read in a transaction.', 'Begin one before.');
  const reading = new Reading(reader, version);
  await readSchemasAndExtensions(reading);
  await readRelations(reading);
  await readColumns(reading);
  await readSequences(reading);
  await readTypes(reading);
  await readFunctions(reading);
  await readConstraints(reading);
  await readIndexes(reading);
  await readViews(reading);
  await readTableCode(reading);
  await readStatistics(reading);
  await readPublications(reading);
  await readNeeds(reading);
  await readGrants(reading);
  await readComments(reading);
  const others = await readUndescribed(reading);
  const objects = new Map([...reading.objects].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  return { engine: 'postgres', version, objects, others };
}
