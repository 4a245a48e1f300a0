/** What scripts will change, read from their text on the schema that they meet. */
import type { Change } from '../core/change.js';
import type { AnalysisUnit } from '../sql/analysis.js';
import type { CatalogState } from '../sql/catalog/types.js';
import { loadParser } from '../sql/postgres/parser.js';
import { walk } from '../sql/postgres/walk.js';

/**
 * Changes of scripts, in order.
 *
 * @param scripts SQL of one migration
 * @param catalog the schema before it; it is not changed
 * @param version major version
 */
export async function changesOf(scripts: readonly string[], catalog: CatalogState, version: number): Promise<Change[]> {
  await loadParser();
  const units = scripts.map(
    (sql): AnalysisUnit => ({ migration: null, file: null, firstLine: 1, sql, direction: 'up', transactionMode: 'none', judged: true }),
  );
  const changes: Change[] = [];
  walk({ version, units, catalog: structuredClone(catalog), historyIsComplete: true }, ({ statement }) =>
    changes.push(...statement.changes),
  );
  return changes;
}
