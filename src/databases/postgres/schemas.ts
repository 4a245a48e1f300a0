/** The catalog's own schemas. Users cannot make schemas that begin with `pg_`. */
export const systemSchemas = ['pg_catalog', 'information_schema'];

/**
 * Condition on `pg_namespace` that leaves out system schemas and those of TOAST and temporary tables.
 *
 * @param alias of `pg_namespace` in the query
 */
export function userSchemas(alias: string): string {
  return `${alias}.nspname <> 'information_schema' AND ${alias}.nspname !~ '^pg_'`;
}
