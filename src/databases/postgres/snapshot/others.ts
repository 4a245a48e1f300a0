import { qualify, quoteIdentifier } from '../../../core/names.js';
import { userSchemas } from '../schemas.js';
import { normaliseExpression } from './normalise.js';
import { ofExtension, type Reading } from './reading.js';
import { relationName } from './table-code.js';

/** Schemas and extensions, without the members of the latter; `plpgsql` is everywhere. */
export async function readSchemasAndExtensions(reading: Reading): Promise<void> {
  const schemas = await reading.query<{ oid: number; name: string }>(
    `SELECT n.oid, n.nspname AS name FROM pg_namespace n WHERE ${userSchemas('n')} AND NOT ${ofExtension('n.oid', 'namespace')}`,
  );
  for (const { oid, name } of schemas) reading.add({ kind: 'schema', name: quoteIdentifier(name) }, { catalog: 'namespace', oid });
  const extensions = await reading.query<{ oid: number; name: string; schema: string; version: string }>(
    `SELECT e.oid, e.extname AS name, n.nspname AS schema, e.extversion AS version
       FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'`,
  );
  for (const row of extensions) {
    const object = reading.add(
      {
        kind: 'extension',
        name: quoteIdentifier(row.name),
        properties: { schema: quoteIdentifier(row.schema) },
        // What version there is depends on the server's packages; no migration says it.
        spelling: { version: row.version },
      },
      { catalog: 'extension', oid: row.oid },
    );
    if (reading.objects.has(`schema ${quoteIdentifier(row.schema)}`)) object.needs.push(`schema ${quoteIdentifier(row.schema)}`);
  }
}

/** Extended statistics, with the target of their detail. */
export async function readStatistics(reading: Reading): Promise<void> {
  const rows = await reading.query<{
    oid: number;
    relation: number;
    schema: string;
    name: string;
    definition: string;
    target: number | null;
  }>(
    `SELECT s.oid, s.stxrelid AS relation, n.nspname AS schema, s.stxname AS name, pg_get_statisticsobjdef(s.oid) AS definition,
            nullif(s.stxstattarget, -1) AS target
       FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE ${userSchemas('n')}`,
  );
  for (const row of rows) {
    const relation = reading.relations.get(row.relation);
    if (!relation) continue;
    // `CREATE STATISTICS schema.name (kinds) ON columns FROM table`, without its name.
    const definition = row.definition.replace(/^CREATE STATISTICS (?:(?:[^\s("]+|"(?:[^"]|"")*")+)\s+/, '');
    reading.add(
      {
        kind: 'statistics',
        name: qualify(row.schema, row.name),
        parent: relation.id,
        properties: { definition: normaliseExpression(definition), target: row.target === null ? null : String(row.target) },
        spelling: { definition },
      },
      { catalog: 'statistics', oid: row.oid },
    );
  }
}

interface PublicationRow {
  oid: number;
  name: string;
  all: boolean;
  operations: string[];
  via_root: boolean;
  generated: string | null;
}

interface PublishedRow {
  publication: number;
  relation: number;
  numbers: number[] | null;
  filter: string | null;
}

/** Publications with what they publish, table by table. */
export async function readPublications(reading: Reading): Promise<void> {
  const { version } = reading;
  const publications = await reading.query<PublicationRow>(
    `SELECT p.oid, p.pubname AS name, p.puballtables AS all, p.pubviaroot AS via_root, ${version >= 18 ? "nullif(p.pubgencols, 'n')" : 'NULL::text'} AS generated,
            array_remove(ARRAY[CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                               CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END], NULL) AS operations
       FROM pg_publication p`,
  );
  if (publications.length === 0) return;
  const byOid = new Map<number, Record<string, string>>();
  for (const row of publications) {
    const object = reading.add(
      {
        kind: 'publication',
        name: quoteIdentifier(row.name),
        properties: {
          allTables: row.all,
          publish: row.operations.join(', '),
          viaPartitionRoot: row.via_root,
          generatedColumns: row.generated === 's' ? 'stored' : null,
        },
      },
      { catalog: 'publication', oid: row.oid },
    );
    byOid.set(row.oid, object.properties);
  }
  const tables = await reading.query<PublishedRow>(
    `SELECT prpubid AS publication, prrelid AS relation, ${version >= 15 ? 'prattrs::int2[]' : 'NULL::int2[]'} AS numbers,
            ${version >= 15 ? 'pg_get_expr(prqual, prrelid)' : 'NULL::text'} AS filter FROM pg_publication_rel`,
  );
  for (const row of tables) {
    const relation = reading.relations.get(row.relation);
    const properties = byOid.get(row.publication);
    if (!relation || !properties) continue;
    const columns = row.numbers === null ? '' : ` (${reading.columnNames(row.relation, row.numbers).map(quoteIdentifier).join(', ')})`;
    properties[`table ${relationName(relation)}`] = `published${columns}${row.filter === null ? '' : ` WHERE (${row.filter})`}`;
  }
  for (const row of version >= 15
    ? await reading.query<{ publication: number; name: string }>(
        'SELECT s.pnpubid AS publication, n.nspname AS name FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid',
      )
    : []) {
    const properties = byOid.get(row.publication);
    if (properties) properties[`schema ${quoteIdentifier(row.name)}`] = 'published';
  }
}

/** Kinds of objects that a snapshot does not describe, with a query of names. They are counted, so that nobody takes silence for sameness. */
const undescribed: [what: string, name: string, from: string][] = [
  [
    'collation',
    `quote_ident(n.nspname) || '.' || quote_ident(x.collname)`,
    'pg_collation x JOIN pg_namespace n ON n.oid = x.collnamespace',
  ],
  ['operator', `quote_ident(n.nspname) || '.' || x.oprname`, 'pg_operator x JOIN pg_namespace n ON n.oid = x.oprnamespace'],
  [
    'operator class',
    `quote_ident(n.nspname) || '.' || quote_ident(x.opcname)`,
    'pg_opclass x JOIN pg_namespace n ON n.oid = x.opcnamespace',
  ],
  [
    'conversion',
    `quote_ident(n.nspname) || '.' || quote_ident(x.conname)`,
    'pg_conversion x JOIN pg_namespace n ON n.oid = x.connamespace',
  ],
  [
    'text search configuration',
    `quote_ident(n.nspname) || '.' || quote_ident(x.cfgname)`,
    'pg_ts_config x JOIN pg_namespace n ON n.oid = x.cfgnamespace',
  ],
  [
    'text search dictionary',
    `quote_ident(n.nspname) || '.' || quote_ident(x.dictname)`,
    'pg_ts_dict x JOIN pg_namespace n ON n.oid = x.dictnamespace',
  ],
  ['cast', `format_type(x.castsource, NULL) || ' AS ' || format_type(x.casttarget, NULL)`, 'pg_cast x'],
  ['event trigger', 'quote_ident(x.evtname)', 'pg_event_trigger x'],
  ['foreign server', 'quote_ident(x.srvname)', 'pg_foreign_server x'],
  ['foreign data wrapper', 'quote_ident(x.fdwname)', 'pg_foreign_data_wrapper x'],
  ['procedural language', 'quote_ident(x.lanname)', 'pg_language x'],
  ['access method', 'quote_ident(x.amname)', 'pg_am x'],
];

/** The first oid that `initdb` does not give out (source: `FirstNormalObjectId` in access/transam.h). */
const firstUserOid = 16384;

/** Objects of users that are of no kind that a snapshot knows. */
export async function readUndescribed(reading: Reading): Promise<string[]> {
  const each = undescribed.map(
    ([what, name, from]) =>
      `SELECT '${what} ' || ${name} AS name FROM ${from}
        WHERE x.oid >= ${firstUserOid} AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = x.oid AND e.classid = x.tableoid AND e.deptype IN ('e', 'i'))`,
  );
  const rows = await reading.query<{ name: string }>(`${each.join(' UNION ALL ')} ORDER BY 1`);
  return rows.map((row) => row.name);
}
