import { qualify, quoteIdentifier } from '../../../core/names.js';
import { userSchemas } from '../schemas.js';
import { isGeneratedName } from './generated-name.js';
import { normaliseExpression } from './normalise.js';
import { type Reading, within } from './reading.js';
import { optionProperties } from './relations.js';

interface Row {
  oid: number;
  relation: number;
  domain_schema: string | null;
  domain: string | null;
  name: string;
  kind: string;
  numbers: number[] | null;
  referenced: number;
  referenced_numbers: number[] | null;
  on_delete: string;
  on_update: string;
  match: string;
  set_numbers: number[] | null;
  valid: boolean;
  enforced: boolean;
  no_inherit: boolean;
  deferrable: boolean;
  deferred: boolean;
  period: boolean;
  definition: string;
  index: number;
  index_valid: boolean;
  options: string[] | null;
  clustered: boolean;
  classes: string | null;
}

const kinds: Record<string, { type: string; label: string }> = {
  p: { type: 'primary key', label: 'pkey' },
  u: { type: 'unique', label: 'key' },
  c: { type: 'check', label: 'check' },
  f: { type: 'foreign key', label: 'fkey' },
  x: { type: 'exclusion', label: 'excl' },
};
const actions: Record<string, string | null> = { a: null, r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' };
const matches: Record<string, string | null> = { s: null, f: 'full', p: 'partial' };

/**
 * Constraints that belong to a parent's (of a partition, of an heir) or are the server's book-keeping are left out.
 * `pg_get_constraintdef` locks nothing.
 */
const query = (version: number): string => `
  SELECT x.oid, x.conrelid AS relation, dn.nspname AS domain_schema, dt.typname AS domain, x.conname AS name, x.contype AS kind, x.conkey AS numbers,
         x.confrelid AS referenced, x.confkey AS referenced_numbers, x.confdeltype AS on_delete, x.confupdtype AS on_update, x.confmatchtype AS match,
         ${version >= 15 ? 'x.confdelsetcols' : 'NULL::int2[]'} AS set_numbers, x.convalidated AS valid,
         ${version >= 18 ? 'x.conenforced' : 'true'} AS enforced, x.connoinherit AS no_inherit, x.condeferrable AS deferrable, x.condeferred AS deferred,
         ${version >= 18 ? 'x.conperiod' : 'false'} AS period, pg_get_constraintdef(x.oid) AS definition,
         CASE WHEN x.contype IN ('p', 'u', 'x') THEN x.conindid ELSE 0 END AS index, coalesce(i.indisvalid, true) AS index_valid,
         ic.reloptions AS options, coalesce(i.indisclustered, false) AS clustered,
         CASE WHEN x.contype IN ('p', 'u') AND EXISTS (SELECT 1 FROM unnest(i.indclass::oid[]) AS u(o) JOIN pg_opclass k ON k.oid = u.o WHERE NOT k.opcdefault)
              THEN (SELECT string_agg(k.opcname, ', ' ORDER BY u.place) FROM unnest(i.indclass::oid[]) WITH ORDINALITY AS u(o, place) JOIN pg_opclass k ON k.oid = u.o) END AS classes
    FROM pg_constraint x
    JOIN pg_namespace n ON n.oid = x.connamespace
    LEFT JOIN pg_type dt ON dt.oid = x.contypid
    LEFT JOIN pg_namespace dn ON dn.oid = dt.typnamespace
    LEFT JOIN pg_index i ON i.indexrelid = x.conindid AND x.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
   WHERE x.contype IN ('p', 'u', 'c', 'f', 'x') AND x.conparentid = 0 AND (x.conislocal OR x.coninhcount = 0) AND ${userSchemas('n')}`;

/** Primary, unique, check, exclusion and foreign keys of tables and checks of domains. */
export async function readConstraints(reading: Reading): Promise<void> {
  for (const row of await reading.query<Row>(query(reading.version))) {
    const kind = kinds[row.kind];
    const relation = reading.relations.get(row.relation);
    if (!kind || (row.relation !== 0 && !relation)) continue;
    const parent = relation?.id ?? `domain ${qualify(row.domain_schema ?? '', row.domain ?? '')}`;
    if (!reading.objects.has(parent)) continue;
    const columns = reading.columnNames(row.relation, row.numbers);
    const name = relation ? within(relation, row.name) : qualify(row.domain_schema ?? '', row.domain ?? '', row.name);
    const definition = bareDefinition(row.definition);
    const normal = normaliseExpression(definition);
    // What a check's generated name is made of: the column, if it is the only one.
    const namedAfter = row.kind === 'c' && columns.length !== 1 ? [] : row.kind === 'p' ? [] : columns;
    const generatedName =
      isGeneratedName(row.name, relation?.name ?? row.domain ?? '', namedAfter, kind.label) ||
      (row.kind === 'x' && isGeneratedName(row.name, relation?.name ?? '', keysOf(row, columns), kind.label));
    const object = reading.add(
      {
        kind: 'constraint',
        name,
        parent,
        generatedName,
        properties: {
          type: kind.type,
          ...(row.kind === 'f' ? foreignKey(reading, row, columns) : { definition: normal }),
          deferrable: row.deferrable,
          initiallyDeferred: row.deferred,
          notValid: !row.valid && row.enforced,
          notEnforced: !row.enforced,
          indexInvalid: !row.index_valid,
          clustered: row.clustered,
          operatorClasses: row.classes,
          ...optionProperties('', row.options),
        },
        spelling: normal === definition || row.kind === 'f' ? {} : { definition },
      },
      { catalog: 'constraint', oid: row.oid },
    );
    if (row.index !== 0) reading.address('class', row.index, 0, `constraint ${object.name}`);
  }
}

function keysOf(row: Row, columns: readonly string[]): string[] {
  return (row.numbers ?? []).map((number, place) => (number === 0 ? `expr${place || ''}` : (columns[place] ?? '')));
}

function foreignKey(reading: Reading, row: Row, columns: readonly string[]): Record<string, string | null> {
  const referenced = reading.relations.get(row.referenced);
  const list = (names: readonly string[]): string => names.map(quoteIdentifier).join(', ');
  const period = (names: readonly string[]): string =>
    row.period ? [...names.slice(0, -1).map(quoteIdentifier), `PERIOD ${quoteIdentifier(names.at(-1) ?? '')}`].join(', ') : list(names);
  const set = reading.columnNames(row.relation, row.set_numbers);
  return {
    columns: period(columns),
    references: referenced
      ? `${qualify(referenced.schema, referenced.name)} (${period(reading.columnNames(row.referenced, row.referenced_numbers))})`
      : null,
    onDelete: actions[row.on_delete] ? `${actions[row.on_delete]}${set.length > 0 ? ` (${list(set)})` : ''}` : null,
    onUpdate: actions[row.on_update] ?? null,
    match: matches[row.match] ?? null,
  };
}

/** The definition without what has a property of its own. */
function bareDefinition(definition: string): string {
  return definition.replace(/(?: (?:NOT )?DEFERRABLE| INITIALLY (?:DEFERRED|IMMEDIATE)| NOT VALID| (?:NOT )?ENFORCED)+$/, '');
}
