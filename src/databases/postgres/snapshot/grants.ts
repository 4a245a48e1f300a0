import { quoteIdentifier } from '../../../core/names.js';
import { catalogs, type Reading } from './reading.js';

/** Letters of privileges (source: documentation, 5.8 Privileges), in the order in which ALL has them. */
const privileges: Record<string, string> = {
  SELECT: 'r',
  INSERT: 'a',
  UPDATE: 'w',
  DELETE: 'd',
  TRUNCATE: 'D',
  REFERENCES: 'x',
  TRIGGER: 't',
  MAINTAIN: 'm',
};

interface Row {
  catalog: number;
  oid: number;
  number: number;
  grantee: string;
  privilege: string;
  grantable: boolean;
  usual: boolean;
}

/** One kind of objects with its access list, its owner, and the letter that `acldefault` knows it by. */
const source = (catalog: number, from: string, acl: string, owner: string, letter: string, oid = 'x.oid', column = '0'): string => `
  SELECT ${catalog} AS catalog, ${oid} AS oid, ${column}::int AS number, ${acl} AS acl, ${owner} AS owner,
         coalesce((SELECT i.initprivs FROM pg_init_privs i WHERE i.classoid = ${catalog} AND i.objoid = ${oid} AND i.objsubid = ${column} AND i.privtype = 'i'), acldefault(${letter}, ${owner})) AS usual
    FROM ${from} WHERE ${acl} IS NOT NULL`;

const notExtension = (catalog: number): string =>
  `AND x.oid NOT IN (SELECT e.objid FROM pg_depend e WHERE e.classid = ${catalog} AND e.deptype = 'e')`;

/**
 * Who may do what, apart from what every object has from the beginning: the rights of its owner, and those of PUBLIC as
 * the server gives them. `usual` marks the latter, so that one that was taken away shows too.
 */
const query = `
  WITH lists AS (
    ${source(catalogs.class, 'pg_class x', 'x.relacl', 'x.relowner', `CASE x.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`)} AND x.oid >= 16384 ${notExtension(catalogs.class)}
    UNION ALL ${source(catalogs.class, 'pg_attribute x JOIN pg_class c ON c.oid = x.attrelid', 'x.attacl', 'c.relowner', `'c'`, 'x.attrelid', 'x.attnum')} AND c.oid >= 16384
    UNION ALL ${source(catalogs.namespace, 'pg_namespace x', 'x.nspacl', 'x.nspowner', `'n'`)} AND x.nspname <> 'information_schema' AND x.nspname !~ '^pg_'
    UNION ALL ${source(catalogs.procedure, 'pg_proc x', 'x.proacl', 'x.proowner', `'f'`)} AND x.oid >= 16384 ${notExtension(catalogs.procedure)}
    UNION ALL ${source(catalogs.type, 'pg_type x', 'x.typacl', 'x.typowner', `'T'`)} AND x.oid >= 16384 ${notExtension(catalogs.type)}
  ), given AS (
    SELECT l.catalog, l.oid, l.number, e.grantee, e.privilege_type AS privilege, bool_or(e.is_grantable) AS grantable
      FROM lists l CROSS JOIN LATERAL aclexplode(l.acl) e WHERE e.grantee <> l.owner AND e.grantee <> 6171 GROUP BY 1, 2, 3, 4, 5
  ), usual AS (
    SELECT DISTINCT l.catalog, l.oid, l.number, e.grantee, e.privilege_type AS privilege
      FROM lists l CROSS JOIN LATERAL aclexplode(l.usual) e WHERE e.grantee <> l.owner AND e.grantee <> 6171
  )
  SELECT catalog, oid, number, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END AS grantee, privilege, grantable, false AS usual
    FROM given g WHERE NOT EXISTS (SELECT 1 FROM usual u WHERE (u.catalog, u.oid, u.number, u.grantee, u.privilege) = (g.catalog, g.oid, g.number, g.grantee, g.privilege) AND NOT g.grantable)
  UNION ALL
  SELECT catalog, oid, number, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END, privilege, false, true
    FROM usual u WHERE NOT EXISTS (SELECT 1 FROM given g WHERE (u.catalog, u.oid, u.number, u.grantee, u.privilege) = (g.catalog, g.oid, g.number, g.grantee, g.privilege))
   ORDER BY 1, 2, 3, 4, 5`;

interface Given {
  target: string;
  grantee: string;
  rights: Set<string>;
  grantable: Set<string>;
  revoked: Set<string>;
}

/** Grants by object and grantee, those on columns too, and default privileges. */
export async function readGrants(reading: Reading): Promise<void> {
  const all = new Map<string, Given>();
  for (const row of await reading.query<Row>(query)) {
    const parent = reading.idAt(row.catalog, row.oid, 0);
    const column = row.number === 0 ? null : (reading.columns.get(row.oid)?.get(row.number) ?? null);
    if (parent === undefined || !reading.objects.has(parent) || (row.number !== 0 && column === null)) continue;
    const target = column === null ? parent : `${parent} column ${quoteIdentifier(column)}`;
    const given = entry(all, target, row.grantee);
    (row.usual ? given.revoked : given.rights).add(row.privilege);
    if (row.grantable) given.grantable.add(row.privilege);
  }
  for (const { target, grantee, rights, grantable, revoked } of all.values()) {
    const [parent = target, column] = target.split(' column ');
    const table = parent.startsWith('table ') || parent.startsWith('view ') || parent.startsWith('materializedView ');
    const listed = (set: ReadonlySet<string>): string =>
      table && column === undefined ? tableRights(set, reading.version) : [...set].join(', ');
    reading.add({
      kind: 'grant',
      name: `${target} to ${grantee === 'PUBLIC' ? grantee : quoteIdentifier(grantee)}`,
      parent: columnId(reading, parent, column),
      properties: { privileges: listed(rights), grantable: listed(grantable), revoked: listed(revoked) },
      spelling: { on: parent, column: column ?? null, grantee: grantee === 'PUBLIC' ? grantee : quoteIdentifier(grantee) },
    });
  }
  await readDefaultPrivileges(reading);
}

function columnId(reading: Reading, relation: string, column: string | undefined): string {
  const id = `column ${relation.replace(/^\w+ /, '')}.${column}`;
  return column !== undefined && reading.objects.has(id) ? id : relation;
}

/** All rights on a table are ALL: since 17 that is one more than before. */
function tableRights(rights: ReadonlySet<string>, version: number): string {
  const all = Object.keys(privileges).filter((name) => version >= 17 || name !== 'MAINTAIN');
  if (all.every((name) => rights.has(name))) return 'ALL';
  return all.filter((name) => rights.has(name)).join(', ');
}

function entry(all: Map<string, Given>, target: string, grantee: string): Given {
  const key = `${target} to ${grantee}`;
  const found = all.get(key) ?? { target, grantee, rights: new Set(), grantable: new Set(), revoked: new Set() };
  all.set(key, found);
  return found;
}

interface DefaultRow {
  role: string;
  own: boolean;
  schema: string | null;
  type: string;
  grantee: string;
  privilege: string;
  grantable: boolean;
  usual: boolean;
}

const defaultTypes: Record<string, string> = { r: 'TABLES', S: 'SEQUENCES', f: 'FUNCTIONS', T: 'TYPES', n: 'SCHEMAS', L: 'LARGE OBJECTS' };

/** Whose defaults they are is said where it is not the role that owns the database or reads it: a throw-away has another owner. */
const defaultsQuery = `
  WITH lists AS (
    SELECT d.defaclrole AS role, d.defaclnamespace AS schema, d.defaclobjtype AS type, d.defaclacl AS acl,
           CASE WHEN d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END::"char", d.defaclrole) END AS usual
      FROM pg_default_acl d
  ), given AS (
    SELECT l.role, l.schema, l.type, e.grantee, e.privilege_type AS privilege, bool_or(e.is_grantable) AS grantable
      FROM lists l CROSS JOIN LATERAL aclexplode(l.acl) e WHERE e.grantee <> l.role GROUP BY 1, 2, 3, 4, 5
  ), usual AS (
    SELECT l.role, l.schema, l.type, e.grantee, e.privilege_type AS privilege FROM lists l CROSS JOIN LATERAL aclexplode(l.usual) e WHERE e.grantee <> l.role
  ), both_sides AS (
    SELECT g.*, false AS usual FROM given g WHERE NOT EXISTS (SELECT 1 FROM usual u WHERE (u.role, u.schema, u.type, u.grantee, u.privilege) = (g.role, g.schema, g.type, g.grantee, g.privilege) AND NOT g.grantable)
    UNION ALL
    SELECT u.role, u.schema, u.type, u.grantee, u.privilege, false, true FROM usual u WHERE NOT EXISTS (SELECT 1 FROM given g WHERE (u.role, u.schema, u.type, u.grantee, u.privilege) = (g.role, g.schema, g.type, g.grantee, g.privilege))
  )
  SELECT pg_get_userbyid(b.role)::text AS role, b.role = (SELECT datdba FROM pg_database WHERE datname = current_database()) AS own,
         (SELECT nspname::text FROM pg_namespace n WHERE n.oid = b.schema) AS schema, b.type,
         CASE WHEN b.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(b.grantee)::text END AS grantee, b.privilege, b.grantable, b.usual
    FROM both_sides b ORDER BY 1, 3, 4, 5, 6`;

async function readDefaultPrivileges(reading: Reading): Promise<void> {
  const all = new Map<string, Given & { row: DefaultRow }>();
  for (const row of await reading.query<DefaultRow>(defaultsQuery)) {
    const owner = row.own ? '' : ` for role ${quoteIdentifier(row.role)}`;
    const target = `default${owner}${row.schema === null ? '' : ` in schema ${quoteIdentifier(row.schema)}`} on ${defaultTypes[row.type] ?? row.type}`;
    const key = `${target} to ${row.grantee}`;
    const given = all.get(key) ?? { target, grantee: row.grantee, rights: new Set(), grantable: new Set(), revoked: new Set(), row };
    all.set(key, given);
    (row.usual ? given.revoked : given.rights).add(row.privilege);
    if (row.grantable) given.grantable.add(row.privilege);
  }
  for (const { target, grantee, rights, grantable, revoked, row } of all.values()) {
    const listed = (set: ReadonlySet<string>): string => (row.type === 'r' ? tableRights(set, reading.version) : [...set].join(', '));
    const who = grantee === 'PUBLIC' ? grantee : quoteIdentifier(grantee);
    const object = reading.add({
      kind: 'grant',
      name: `${target} to ${who}`,
      properties: { privileges: listed(rights), grantable: listed(grantable), revoked: listed(revoked) },
      spelling: {
        defaultFor: defaultTypes[row.type] ?? row.type,
        role: row.own ? null : quoteIdentifier(row.role),
        schema: row.schema === null ? null : quoteIdentifier(row.schema),
        grantee: who,
      },
    });
    if (row.schema !== null) object.needs.push(`schema ${quoteIdentifier(row.schema)}`);
  }
}
