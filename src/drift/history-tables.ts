import { splitName } from '../core/names.js';
import type { SchemaSnapshot } from '../core/schema.js';

/** Names that the seven tools give to their history tables when nobody names another. */
const usual = new Set([
  '_prisma_migrations',
  '__drizzle_migrations',
  'alembic_version',
  'django_migrations',
  'goose_db_version',
  '__diesel_schema_migrations',
  'flyway_schema_history',
]);

/**
 * Qualified names of the history tables in a schema.
 *
 * @param named names that the project's own settings give
 */
export function historyTableNames(schema: SchemaSnapshot, named: readonly string[]): string[] {
  const own = new Set(named.map((name) => splitName(name).at(-1)));
  return [...schema.objects.values()]
    .filter((object) => object.kind === 'table')
    .map((object) => object.name)
    .filter((name) => {
      const bare = splitName(name).at(-1) ?? name;
      return usual.has(bare) || own.has(bare);
    });
}
