/** What must be there before what, finer than objects: defaults, owners of sequences and replica identities come after their table. */
import { splitName } from '../../../../core/names.js';
import { type SchemaObject, type SchemaSnapshot, schemaObjectKinds } from '../../../../core/schema.js';
import { createFunction } from './functions.js';
import { createPart } from './parts.js';
import { kindOf, nameOf, ownName, parentName } from './reference.js';
import { columnDefinition, columnSettings, createTable, inheritedColumn, setDefault, setReplicaIdentity } from './tables.js';

/** A part of the script. */
export interface Node {
  /** Id of the object that it belongs to. */
  object: string;
  sql: string[];
  needs: string[];
}

/** Kinds that a column's type may be of. */
const typeKinds = new Set(['enum', 'compositeType', 'domain', 'rangeType', 'extension', 'table', 'view', 'materializedView']);

/**
 * Parts that create objects.
 *
 * @param snapshot the whole schema that is to be
 * @param ids the objects to create; all when absent. The others count as there
 * @returns by key, in the order of the kinds
 */
export function nodesOf(snapshot: SchemaSnapshot, ids?: ReadonlySet<string>): Map<string, Node> {
  const nodes = new Map<string, Node>();
  const columns = columnsByTable(snapshot);
  const wanted =
    ids === undefined ? [...snapshot.objects] : [...ids].flatMap((id) => entry(snapshot, id)).sort(([a], [b]) => (a < b ? -1 : 1));
  wanted.sort(([a], [b]) => rank(a) - rank(b));
  for (const [id, object] of wanted) {
    if (object.kind === 'table')
      addTable(
        nodes,
        id,
        object,
        (columns.get(id) ?? []).filter((column) => ids === undefined || ids.has(`column ${column.name}`)),
      );
    else if (object.kind === 'column')
      addColumn(
        nodes,
        id,
        object,
        ids === undefined || ids.has(object.parent ?? ''),
        snapshot.objects.get(object.parent ?? '')?.needs ?? [],
      );
    else {
      const sql = object.kind === 'function' ? [createFunction(object)] : createPart(object);
      const owned = object.kind === 'sequence' && object.properties['ownedBy'] !== undefined;
      const needs = [...object.needs, schemaOf(object), ...(object.parent === null || owned ? [] : [object.parent])];
      nodes.set(id, { object: id, sql, needs });
      if (owned)
        nodes.set(`${id}#owner`, {
          object: id,
          sql: [`ALTER SEQUENCE ${object.name} OWNED BY ${object.properties['ownedBy']}`],
          needs: [id, `column ${object.properties['ownedBy']}`],
        });
    }
  }
  return nodes;
}

function entry(snapshot: SchemaSnapshot, id: string): [string, SchemaObject][] {
  const object = snapshot.objects.get(id);
  return object ? [[id, object]] : [];
}

/** Place of a kind in the order of creation. */
export function rank(id: string): number {
  return schemaObjectKinds.indexOf(kindOf(id) as SchemaObject['kind']);
}

/** A schema is asked for its columns once a difference. */
const columnsOf = new WeakMap<SchemaSnapshot, ReadonlyMap<string, SchemaObject[]>>();

/** Columns by the id of their table, in their order. */
export function columnsByTable(snapshot: SchemaSnapshot): ReadonlyMap<string, SchemaObject[]> {
  const known = columnsOf.get(snapshot);
  if (known) return known;
  const columns = new Map<string, SchemaObject[]>();
  for (const object of snapshot.objects.values()) {
    if (object.kind !== 'column' || object.parent === null) continue;
    const list = columns.get(object.parent);
    if (list) list.push(object);
    else columns.set(object.parent, [object]);
  }
  columnsOf.set(snapshot, columns);
  for (const list of columns.values()) list.sort((a, b) => ((a.spelling?.['place'] ?? '') < (b.spelling?.['place'] ?? '') ? -1 : 1));
  return columns;
}

function addTable(nodes: Map<string, Node>, id: string, table: SchemaObject, columns: readonly SchemaObject[]): void {
  const local = columns.filter((column) => column.spelling?.['inherited'] !== 'yes');
  const needs = new Set([...table.needs, schemaOf(table)]);
  for (const column of local)
    for (const need of column.needs) if (typeKinds.has(kindOf(need)) || column.properties['generated'] !== undefined) needs.add(need);
  nodes.set(id, { object: id, sql: [createTable(table, columns), ...local.flatMap(columnSettings)], needs: [...needs] });
  const identity = table.properties['replicaIdentity'];
  if (identity !== undefined) {
    const index = /^index (.*)$/s.exec(identity)?.[1];
    const [schema = ''] = splitName(table.name);
    const behind = index === undefined ? [] : [`constraint ${table.name}.${index}`, `index ${schemaPart(table.name, schema)}.${index}`];
    nodes.set(`${id}#identity`, { object: id, sql: [setReplicaIdentity(table)], needs: [id, ...behind] });
  }
}

/** The schema of a name, as it is written in it. */
function schemaPart(name: string, schema: string): string {
  return name.startsWith('"') ? `"${schema.replaceAll('"', '""')}"` : schema;
}

function addColumn(nodes: Map<string, Node>, id: string, column: SchemaObject, withTable: boolean, parents: readonly string[]): void {
  const table = column.parent ?? '';
  const value = setDefault(column);
  if (column.spelling?.['inherited'] === 'yes') {
    // An ALTER of the parent reaches its heirs: it must have happened.
    const above = parents.map((parent) => `column ${nameOf(parent)}.${ownName(column)}`);
    nodes.set(id, {
      object: id,
      sql: inheritedColumn(column),
      needs: [...column.needs, table, ...above.flatMap((each) => [each, `${each}#default`])],
    });
    return;
  }
  const sql = withTable ? [] : [addColumnStatement(column, value), ...columnSettings(column)];
  nodes.set(id, { object: id, sql, needs: withTable ? [table] : [...column.needs, table] });
  if (withTable && value !== null) nodes.set(`${id}#default`, { object: id, sql: [value], needs: [...column.needs, table] });
}

/** A default in ADD COLUMN fills the rows that are there. */
function addColumnStatement(column: SchemaObject, value: string | null): string {
  const definition = columnDefinition(column);
  const clause = value === null ? '' : ` DEFAULT ${value.slice(value.indexOf(' SET DEFAULT ') + ' SET DEFAULT '.length)}`;
  return `ALTER TABLE ${parentName(column)} ADD COLUMN ${definition}${clause}`;
}

function schemaOf(object: SchemaObject): string {
  const [schema] = splitName(object.name);
  return object.name.includes('.') && schema !== undefined ? `schema ${schemaPart(object.name, schema)}` : '';
}

/**
 * Parts in an order in which they can run. Where two need each other the first by kind and name comes first.
 *
 * @param nodes as `nodesOf` made them
 */
export function ordered(nodes: ReadonlyMap<string, Node>): Node[] {
  const done = new Set<string>();
  const order: Node[] = [];
  const visit = (key: string): void => {
    const node = nodes.get(key);
    if (!node || done.has(key)) return;
    done.add(key);
    for (const need of node.needs) {
      visit(need);
      // A column stands when its table does.
      if (need.startsWith('column ')) visit(nodes.get(need)?.needs.find((each) => each.startsWith('table ')) ?? '');
    }
    order.push(node);
  };
  for (const key of nodes.keys()) visit(key);
  return order;
}
