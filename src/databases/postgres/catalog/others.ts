import { qualify } from '../../../core/names.js';
import { systemSchemas, userSchemas } from '../schemas.js';
import type { Building } from './building.js';

const publicationTables = (building: Building): string => `
  SELECT prpubid AS publication, prrelid AS relation FROM pg_publication_rel
  ${building.session.version >= 15 ? "UNION SELECT s.pnpubid, c.oid FROM pg_publication_namespace s JOIN pg_class c ON c.relnamespace = s.pnnspid AND c.relkind IN ('r', 'p')" : ''}
  ORDER BY 1, 2`;

/** Schemas, extensions, publications, extended statistics. */
export async function readOthers(building: Building): Promise<void> {
  const { session, state, names } = building;
  const schemas = await session.query<{ name: string }>(
    `SELECT n.nspname AS name FROM pg_namespace n WHERE ${userSchemas('n')} ORDER BY 1`,
  );
  for (const { name } of [...schemas, ...systemSchemas.map((schema) => ({ name: schema }))]) state.schemas.add(name);

  for (const { name } of await session.query<{ name: string }>('SELECT extname AS name FROM pg_extension ORDER BY 1'))
    state.extensions.add(name);

  const publications = new Map<number, Set<string>>();
  for (const row of await session.query<{ oid: number; name: string; all: boolean }>(
    'SELECT oid, pubname AS name, puballtables AS all FROM pg_publication ORDER BY 2',
  )) {
    const tables = new Set<string>();
    publications.set(row.oid, tables);
    state.publications.set(row.name, { allTables: row.all, tables });
  }
  for (const row of publications.size > 0
    ? await session.query<{ publication: number; relation: number }>(publicationTables(building))
    : []) {
    const name = names.get(row.relation);
    if (name) publications.get(row.publication)?.add(name);
  }

  const statistics = await session.query<{ schema: string; name: string; relation: number }>(
    'SELECT n.nspname AS schema, s.stxname AS name, s.stxrelid AS relation FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace ORDER BY 1, 2',
  );
  for (const row of statistics) state.statistics.set(qualify(row.schema, row.name), names.get(row.relation) ?? '');
}
