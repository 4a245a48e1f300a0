/** Definitions, comments and rights as SQL, for plans that make something anew. */
import { qualify, quoteIdentifier } from '../../core/names.js';
import type { Surroundings } from '../../core/surroundings.js';
import type { DatabaseSession } from '../engine.js';
import { userSchemas } from './schemas.js';

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

interface Named {
  schema: string;
  relation: string;
  name: string;
}

/**
 * Reads what hangs on the relations of a database, with SELECT only. An object whose definition the role may not see is left out.
 *
 * @param session an open look at a PostgreSQL database
 */
export async function readSurroundings(session: DatabaseSession): Promise<Surroundings> {
  const result: Surroundings = { source: 'catalog', definitions: new Map(), comments: new Map(), grants: new Map() };
  const { definitions } = result;
  // With this the server qualifies every name that is not built in.
  await session.query("SELECT set_config('search_path', 'pg_catalog', true)");
  for (const row of await session.query<Named & { definition: string; options: string[] | null }>(views)) {
    const view = qualify(row.schema, row.relation);
    const options = row.options === null || row.options.length === 0 ? '' : ` WITH (${row.options.join(', ')})`;
    definitions.set(`view ${view}`, `CREATE VIEW ${view}${options} AS ${row.definition.trim().replace(/;$/, '')}`);
  }
  for (const row of await session.query<Named & { definition: string }>(indexes)) {
    definitions.set(`index ${qualify(row.schema, row.name)}`, row.definition);
  }
  for (const row of await session.query<Named & { definition: string }>(triggers)) {
    definitions.set(`trigger ${qualify(row.schema, row.relation)}.${row.name}`, row.definition);
  }
  for (const row of await session.query<Named & Policy>(policies)) {
    definitions.set(`policy ${qualify(row.schema, row.relation)}.${row.name}`, policyText(row));
  }
  for (const row of await session.query<Named & { kind: string; comment: string }>(comments)) {
    const relation = qualify(row.schema, row.relation);
    if (row.name === '')
      result.comments.set(`relation ${relation}`, `COMMENT ON ${words[row.kind] ?? 'TABLE'} ${relation} IS ${literal(row.comment)}`);
    else
      result.comments.set(
        `column ${relation}.${row.name}`,
        `COMMENT ON COLUMN ${relation}.${quoteIdentifier(row.name)} IS ${literal(row.comment)}`,
      );
  }
  for (const row of await session.query<Named & { privilege: string; grantee: string | null; grantable: boolean }>(grants)) {
    const relation = qualify(row.schema, row.relation);
    const column = row.name === '' ? '' : ` (${quoteIdentifier(row.name)})`;
    const grantee = row.grantee === null ? 'PUBLIC' : quoteIdentifier(row.grantee);
    const sql = `GRANT ${row.privilege}${column} ON ${relation} TO ${grantee}${row.grantable ? ' WITH GRANT OPTION' : ''}`;
    result.grants.set(relation, [...(result.grants.get(relation) ?? []), sql]);
  }
  return result;
}

const words: Record<string, string> = {
  v: 'VIEW',
  m: 'MATERIALIZED VIEW',
  r: 'TABLE',
  p: 'TABLE',
  f: 'FOREIGN TABLE',
  S: 'SEQUENCE',
  i: 'INDEX',
  I: 'INDEX',
};

const from = (more: string): string => `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace ${more}`;

const views = `SELECT n.nspname AS schema, c.relname AS relation, '' AS name, pg_get_viewdef(c.oid) AS definition, c.reloptions AS options
  ${from('')} WHERE c.relkind = 'v' AND ${userSchemas('n')} AND pg_get_viewdef(c.oid) IS NOT NULL`;

const indexes = `SELECT n.nspname AS schema, '' AS relation, c.relname AS name, pg_get_indexdef(c.oid) AS definition
  ${from('')} WHERE c.relkind IN ('i', 'I') AND ${userSchemas('n')}`;

const triggers = `SELECT n.nspname AS schema, c.relname AS relation, t.tgname AS name, pg_get_triggerdef(t.oid) AS definition
  ${from('JOIN pg_trigger t ON t.tgrelid = c.oid')} WHERE NOT t.tgisinternal AND ${userSchemas('n')}`;

interface Policy {
  permissive: boolean;
  command: string;
  roles: string[];
  using: string | null;
  check: string | null;
}

const policies = `SELECT n.nspname AS schema, c.relname AS relation, p.polname AS name, p.polpermissive AS permissive, p.polcmd AS command,
    ARRAY(SELECT coalesce(r.rolname, 'public')::text FROM unnest(p.polroles) o LEFT JOIN pg_roles r ON r.oid = o) AS roles,
    pg_get_expr(p.polqual, p.polrelid) AS using, pg_get_expr(p.polwithcheck, p.polrelid) AS check
  ${from('JOIN pg_policy p ON p.polrelid = c.oid')} WHERE ${userSchemas('n')}`;

const commands: Record<string, string> = { '*': 'ALL', r: 'SELECT', a: 'INSERT', w: 'UPDATE', d: 'DELETE' };

function policyText(row: Named & Policy): string {
  const roles = row.roles.map((role) => (role === 'public' ? 'PUBLIC' : quoteIdentifier(role))).join(', ');
  const using = row.using === null ? '' : ` USING (${row.using})`;
  const check = row.check === null ? '' : ` WITH CHECK (${row.check})`;
  return `CREATE POLICY ${quoteIdentifier(row.name)} ON ${qualify(row.schema, row.relation)}${row.permissive ? '' : ' AS RESTRICTIVE'} FOR ${commands[row.command] ?? 'ALL'} TO ${roles}${using}${check}`;
}

const comments = `SELECT n.nspname AS schema, c.relname AS relation, coalesce(a.attname, '')::text AS name, c.relkind AS kind, d.description AS comment
  ${from("JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0")}
  WHERE ${userSchemas('n')}`;

const grants = `SELECT n.nspname AS schema, c.relname AS relation, g.name, g.privilege, r.rolname AS grantee, g.grantable
  ${from(`CROSS JOIN LATERAL (
    SELECT ''::text AS name, x.privilege_type AS privilege, x.grantee, x.is_grantable AS grantable FROM aclexplode(c.relacl) x
    UNION ALL
    SELECT a.attname::text, x.privilege_type, x.grantee, x.is_grantable FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = c.oid AND NOT a.attisdropped
  ) g LEFT JOIN pg_roles r ON r.oid = g.grantee`)}
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${userSchemas('n')} AND g.grantee <> c.relowner ORDER BY 1, 2, 3, 4, 5`;
