import type { CatalogState } from '../../sql/catalog/types.js';
import type { DatabaseSession } from '../engine.js';
import { newBuilding } from './catalog/building.js';
import { readColumns } from './catalog/columns.js';
import { readConstraints } from './catalog/constraints.js';
import { readFunctions } from './catalog/functions.js';
import { readIndexes } from './catalog/indexes.js';
import { readOthers } from './catalog/others.js';
import { readRelations } from './catalog/relations.js';
import { readTableCode } from './catalog/table-code.js';
import { readTypes } from './catalog/types.js';
import { readViews } from './catalog/views.js';

/**
 * Reads the whole schema of a database from its system catalogs. The order matters: later readers hang what they find on
 * the relations and columns that earlier ones made.
 *
 * System schemas are left out. Relations of an extension are there by name and kind alone (`known` is false).
 *
 * @param session an open session
 * @returns a state with `complete: true`
 * @throws LockkeeperError DATABASE_REFUSED when a table is locked exclusively right now, CANCELLED
 */
export async function readCatalog(session: DatabaseSession): Promise<CatalogState> {
  const building = await newBuilding(session);
  await readRelations(building);
  await readColumns(building);
  await readIndexes(building);
  await readConstraints(building);
  await readViews(building);
  await readTableCode(building);
  await readTypes(building);
  await readFunctions(building);
  await readOthers(building);
  return building.state;
}
