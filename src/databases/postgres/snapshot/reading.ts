import { qualify } from '../../../core/names.js';
import { type SchemaObject, type SchemaObjectKind, schemaObjectId } from '../../../core/schema.js';

/** Reads a database by SELECT: a `DatabaseSession`, an embedded database, or what an own program has. */
export interface SnapshotReader {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** OIDs of the system catalogs that objects are addressed by (source: the server's `catalog/*.h`; they never change). */
export const catalogs = {
  attributeDefault: 2604,
  class: 1259,
  constraint: 2606,
  extension: 3079,
  namespace: 2615,
  policy: 3256,
  procedure: 1255,
  publication: 6104,
  rewrite: 2618,
  statistics: 3381,
  trigger: 2620,
  type: 1247,
} as const;

export type CatalogName = keyof typeof catalogs;

/** A relation that later readers hang things on. */
export interface KnownRelation {
  id: string;
  schema: string;
  name: string;
  /** `relkind`. */
  kind: string;
  isPartition: boolean;
}

/** A snapshot while it is being read. */
export class Reading {
  readonly objects = new Map<string, SchemaObject>();
  /** Ids of objects by their place in the system catalogs: catalog, oid, and for columns their number. */
  private readonly ids = new Map<number, Map<number, string>>();
  private readonly columnIds = new Map<number, Map<number, string>>();
  /** Tables, views and sequences of users by oid. */
  readonly relations = new Map<number, KnownRelation>();
  /** Names of columns by relation and number. */
  readonly columns = new Map<number, Map<number, string>>();

  constructor(
    readonly reader: SnapshotReader,
    readonly version: number,
  ) {}

  query<Row extends object>(sql: string): Promise<Row[]> {
    return this.reader.query<Row>(sql);
  }

  /** Adds an object; properties and spellings that are null, empty or false are left out. */
  add(
    given: Pick<SchemaObject, 'kind' | 'name'> & {
      parent?: string | null;
      properties?: Record<string, string | boolean | null>;
      spelling?: Record<string, string | boolean | null>;
      generatedName?: boolean;
    },
    address?: { catalog: CatalogName; oid: number; column?: number },
  ): SchemaObject {
    const id = schemaObjectId(given.kind, given.name);
    const spelling = given.spelling ? present(given.spelling) : {};
    const object: SchemaObject = {
      kind: given.kind,
      name: given.name,
      parent: given.parent ?? null,
      properties: present(given.properties ?? {}),
      ...(Object.keys(spelling).length > 0 ? { spelling } : {}),
      ...(given.generatedName ? { generatedName: true as const } : {}),
      needs: [],
    };
    this.objects.set(id, object);
    if (address) this.address(address.catalog, address.oid, address.column ?? 0, id);
    return object;
  }

  /** Says where in the catalogs an object stands. */
  address(catalog: CatalogName, oid: number, column: number, id: string): void {
    if (column > 0) put(this.columnIds, oid, column, id);
    else put(this.ids, catalogs[catalog], oid, id);
  }

  /** Id of what stands at an address. A column that is not told apart (of a view, of a partition) is its relation. */
  idAt(catalog: number, oid: number, column: number): string | undefined {
    if (column > 0 && catalog === catalogs.class) {
      const id = this.columnIds.get(oid)?.get(column);
      if (id !== undefined && this.objects.has(id)) return id;
    }
    return this.ids.get(catalog)?.get(oid);
  }

  /** Names of columns by their numbers; numbers without a name (expressions, system columns) are left out. */
  columnNames(relation: number, numbers: readonly number[] | null): string[] {
    const columns = this.columns.get(relation);
    return (numbers ?? []).map((number) => columns?.get(number)).filter((name): name is string => name !== undefined);
  }
}

/** Qualified name of something that belongs to a relation. */
export function within(relation: KnownRelation, name: string): string {
  return qualify(relation.schema, relation.name, name);
}

/** What a relation of a kind is called in a snapshot. */
export function relationKind(relkind: string): SchemaObjectKind {
  return relkind === 'v' ? 'view' : relkind === 'm' ? 'materializedView' : relkind === 'S' ? 'sequence' : 'table';
}

/** True as SQL for what belongs to an extension. */
export function ofExtension(oid: string, catalog: CatalogName): string {
  return `${oid} IN (SELECT e.objid FROM pg_depend e WHERE e.classid = ${catalogs[catalog]} AND e.deptype = 'e')`;
}

function put(maps: Map<number, Map<number, string>>, first: number, second: number, id: string): void {
  const map = maps.get(first);
  if (map) map.set(second, id);
  else maps.set(first, new Map([[second, id]]));
}

function present(given: Record<string, string | boolean | null>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in given) {
    const value = given[name];
    if (value !== undefined && value !== null && value !== '' && value !== false) kept[name] = value === true ? 'yes' : value;
  }
  return kept;
}
