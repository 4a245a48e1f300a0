import type { Extensions } from '@electric-sql/pglite';

/** Extensions that come with PGlite, by PostgreSQL's name for them, and where their module keeps them. */
const modules: Record<string, () => Promise<Record<string, unknown>>> = {
  bloom: () => import('@electric-sql/pglite/contrib/bloom'),
  btree_gin: () => import('@electric-sql/pglite/contrib/btree_gin'),
  btree_gist: () => import('@electric-sql/pglite/contrib/btree_gist'),
  citext: () => import('@electric-sql/pglite/contrib/citext'),
  cube: () => import('@electric-sql/pglite/contrib/cube'),
  earthdistance: () => import('@electric-sql/pglite/contrib/earthdistance'),
  fuzzystrmatch: () => import('@electric-sql/pglite/contrib/fuzzystrmatch'),
  hstore: () => import('@electric-sql/pglite/contrib/hstore'),
  intarray: () => import('@electric-sql/pglite/contrib/intarray'),
  isn: () => import('@electric-sql/pglite/contrib/isn'),
  lo: () => import('@electric-sql/pglite/contrib/lo'),
  ltree: () => import('@electric-sql/pglite/contrib/ltree'),
  pg_trgm: () => import('@electric-sql/pglite/contrib/pg_trgm'),
  pgcrypto: () => import('@electric-sql/pglite/contrib/pgcrypto'),
  seg: () => import('@electric-sql/pglite/contrib/seg'),
  tablefunc: () => import('@electric-sql/pglite/contrib/tablefunc'),
  tcn: () => import('@electric-sql/pglite/contrib/tcn'),
  tsm_system_rows: () => import('@electric-sql/pglite/contrib/tsm_system_rows'),
  tsm_system_time: () => import('@electric-sql/pglite/contrib/tsm_system_time'),
  unaccent: () => import('@electric-sql/pglite/contrib/unaccent'),
  'uuid-ossp': () => import('@electric-sql/pglite/contrib/uuid_ossp'),
};

/**
 * Loads extensions. One that is not there is passed over: CREATE EXTENSION then fails, as it would on such a server.
 *
 * @param names as in CREATE EXTENSION
 */
export async function loadExtensions(names: readonly string[]): Promise<Extensions> {
  const loaded: Extensions = {};
  for (const name of names) {
    const module = await modules[name]?.().catch(() => undefined);
    const key = name.replaceAll('-', '_');
    if (module?.[key]) loaded[key] = module[key] as Extensions[string];
  }
  return loaded;
}
