/** Fills tables with synthetic rows, each kind as far as the table's own constraints let it. */
import type { Client } from 'pg';
import { quoteIdentifier } from '../../core/names.js';
import type { FilledTable } from '../../core/rehearsal.js';
import type { CatalogState, Column, Relation } from '../../sql/catalog/types.js';
import { type Demands, literalsAround, type Shape } from './shapes.js';
import { extremesOf, valueOf } from './values.js';

/** Rows of the plain shape. */
const plainRows = 5;
/** Tries for one row, before the reason of the last one is told. */
const mostTries = 24;

/**
 * Fills tables, parents of foreign keys first.
 *
 * @param client on a throw-away, outside a transaction
 * @param catalog its schema as it is now
 * @param shapes what each table is to get
 * @param demands what the rows of ordinary shapes must fit
 * @param first number from which values are counted; another one each time
 * @returns what was made, what could not be made and why, and where the rows of each shape lie
 */
export async function fillTables(
  client: Client,
  catalog: CatalogState,
  shapes: readonly Shape[],
  demands: ReadonlyMap<string, Demands>,
  first: number,
): Promise<Filling> {
  const filler = new Filler(client, catalog, demands, first);
  const wanted = [...new Set(shapes.map((shape) => shape.table))];
  for (const name of wanted)
    await filler.table(
      name,
      shapes.filter((shape) => shape.table === name),
      [],
    );
  return { tables: [...filler.filled.values()].filter((table) => table.rows > 0 || table.unfilled.length > 0), rows: filler.rows };
}

/** Takes the rows of one shape away again. Throws when others hang on them. */
export async function removeRows(client: Client, filling: Filling, shape: Shape): Promise<void> {
  const rows = filling.rows.get(shape) ?? [];
  for (const { place, row } of rows) await client.query(`DELETE FROM ONLY ${place} WHERE ctid = '${row}'`);
  const table = filling.tables.find((each) => each.table === shape.table);
  if (table === undefined) return;
  table.rows -= rows.length;
  table.shapes = table.shapes.filter((says) => says !== shape.says);
}

export interface Filling {
  tables: (FilledTable & { wasEmpty: boolean })[];
  /** Partition or table, and the place of the row in it, which stays while nothing changes the row. */
  rows: Map<Shape, { place: string; row: string }[]>;
}

/** Takes every row out of tables that hold none but made-up ones; tables that are gone are passed over. */
export async function emptyTables(client: Client, tables: ReadonlySet<string>): Promise<void> {
  if (tables.size === 0) return;
  await client.query('BEGIN');
  try {
    // Keys and triggers have nothing to say to this.
    await client.query('SET LOCAL session_replication_role = replica');
    const { rows } = await client.query<{ name: string }>(
      'SELECT name FROM unnest($1::text[]) AS t (name) WHERE to_regclass(name) IS NOT NULL',
      [[...tables]],
    );
    for (const { name } of rows) await client.query(`DELETE FROM ${name}`);
    await client.query('COMMIT');
  } catch {
    // A role that may not do this leaves the rows; they are told as rows that are there.
    await client.query('ROLLBACK');
  }
}

type Row = Map<string, string | null>;

class Filler {
  readonly filled = new Map<string, FilledTable & { wasEmpty: boolean }>();
  readonly rows: Filling['rows'] = new Map();
  private current: { place: string; row: string }[] = [];
  constructor(
    private readonly client: Client,
    private readonly catalog: CatalogState,
    private readonly demands: ReadonlyMap<string, Demands>,
    private n: number,
  ) {}

  async table(name: string, shapes: readonly Shape[], waiting: readonly string[]): Promise<void> {
    const relation = this.catalog.relations.get(name);
    if (relation === undefined || this.filled.has(name)) return;
    const wasEmpty = await this.client.query(`SELECT 1 FROM ${name} LIMIT 1`).then(
      ({ rows }) => rows.length === 0,
      () => false,
    );
    const filled = { wasEmpty, table: name, rows: 0, shapes: [] as string[], unfilled: [] as FilledTable['unfilled'] };
    this.filled.set(name, filled);
    const keys = [...relation.constraints.values()].filter((each) => each.kind === 'foreignKey' && each.references !== null);
    const parents = [
      ...keys.map((key) => key.references?.table ?? ''),
      ...[...(this.demands.get(name)?.references.values() ?? [])].map((each) => each.table),
    ];
    for (const parent of parents) {
      if (parent === name || waiting.includes(parent)) continue;
      await this.table(parent, [{ table: parent, kind: 'plain', says: 'plain rows', columns: [], values: [] }], [...waiting, name]);
    }
    for (const shape of shapes) {
      this.current = [];
      const { made, why } = await this.shape(relation, shape);
      this.rows.set(shape, this.current);
      filled.rows += made;
      if (made > 0) filled.shapes.push(shape.says);
      if (why !== null && made === 0 && !(shape.kind !== 'duplicates' && why.startsWith('23505')))
        filled.unfilled.push({ shape: shape.says, why });
    }
  }

  private async shape(relation: Relation, shape: Shape): Promise<{ made: number; why: string | null }> {
    let made = 0;
    let why: string | null = null;
    const rows = await this.rowsOf(relation, shape);
    if (rows === null) return { made: 0, why: null };
    for (const fixed of rows) {
      const failure = await this.insert(relation, fixed);
      if (failure === null) made += 1;
      else why = failure;
    }
    // One row of a pair is no duplicate.
    if (shape.kind === 'duplicates' && made < 2) return { made: 0, why: why ?? 'the table refuses the second row' };
    return { made, why };
  }

  /** Values that each row of a shape must have; null when the shape has nothing to say of this table. */
  private async rowsOf(relation: Relation, shape: Shape): Promise<Row[] | null> {
    const columns = [...relation.columns.values()].filter(isWritable);
    const isKey = keyColumns(relation);
    const demands = this.demands.get(relation.name);
    const free = (column: Column): boolean =>
      !isKey.has(column.name) &&
      !demands?.types.has(column.name) &&
      !demands?.checks.has(column.name) &&
      !demands?.references.has(column.name);
    if (shape.values.length > 0)
      return shape.values.map((values) => new Map(shape.columns.map((column, at) => [column, values[at] ?? null] as const)));
    switch (shape.kind) {
      case 'plain':
        return Array.from({ length: plainRows }, () => new Map());
      case 'nulls': {
        const open = columns.filter((column) => !column.notNull && !isKey.has(column.name) && !demands?.notNull.has(column.name));
        return open.length === 0
          ? null
          : [new Map(open.map((column) => [column.name, null] as const)), new Map(open.map((column) => [column.name, null] as const))];
      }
      case 'empty': {
        const texts = columns.filter((column) => /^(?:text|character varying|citext)/.test(this.baseType(column.type)) && free(column));
        return texts.length === 0 ? null : texts.map((column) => new Map([[column.name, '']]));
      }
      case 'extremes': {
        const rows = columns
          .filter((column) => free(column) && !this.isReference(relation, column.name))
          .flatMap((column) => extremesOf(this.baseType(column.type)).map((value) => new Map([[column.name, value]])));
        return rows.length === 0 ? null : rows.slice(0, 40);
      }
      case 'duplicates': {
        const row: Row = new Map();
        for (const name of shape.columns) {
          const column = relation.columns.get(name);
          if (!column || !isWritable(column)) return null;
          row.set(name, await this.valueFor(relation, column, 1, this.next()));
        }
        return [row, new Map(row)];
      }
      case 'orphans': {
        const row: Row = new Map();
        for (const name of shape.columns) {
          const column = relation.columns.get(name);
          if (!column) return null;
          row.set(name, valueOf(this.baseType(column.type), 777_000 + this.next()));
        }
        return [row];
      }
      default:
        return null;
    }
  }

  /**
   * Inserts one row. What the fixed values leave open is made up; where the table refuses it, the next try takes other values.
   *
   * @returns null when it is there, else why not
   */
  private async insert(relation: Relation, fixed: Row): Promise<string | null> {
    let why = 'nothing fits';
    let skipTriggers = false;
    const tries = Math.min(mostTries, 4 + this.candidatesOf(relation).size * 6);
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const row = await this.row(relation, fixed, attempt);
      if (typeof row === 'string') return row;
      const error = await this.tryInsert(relation, row, skipTriggers);
      if (error === null) return null;
      why = `${error.code}: ${error.message}`;
      // What every row must be cannot be changed by another try.
      if (error.code === '23502' && error.column !== null && fixed.get(error.column) === null) return why;
      if (/^(?:P0001|09|38|39|42)/.test(error.code)) {
        if (skipTriggers) return why;
        skipTriggers = true;
      }
      if (error.code === '22P02' || error.code === '22007' || error.code === '22003' || error.code === '22001')
        if (fixed.size > 0) return why;
    }
    return why;
  }

  private async row(relation: Relation, fixed: Row, attempt: number): Promise<Row | string> {
    const row: Row = new Map(fixed);
    const n = this.next();
    for (const column of relation.columns.values()) {
      if (row.has(column.name) || !isWritable(column)) continue;
      if (
        column.identity !== null ||
        (column.default !== null && (column.sequence !== null || /nextval|gen_random_uuid|uuid_generate/.test(column.default.sql)))
      )
        continue;
      const value = await this.valueFor(relation, column, attempt, n);
      if (value === null && column.notNull) return `no value of type ${column.type} can be made up for ${column.name}`;
      if (value !== null) row.set(column.name, value);
    }
    return row;
  }

  private async tryInsert(
    relation: Relation,
    row: Row,
    skipTriggers: boolean,
  ): Promise<{ code: string; message: string; column: string | null } | null> {
    const names = [...row.keys()].map(quoteIdentifier);
    const values = [...row.values()].map((value) => (value === null ? 'NULL' : quoted(value)));
    const into = relation.name;
    const sql =
      names.length === 0 ? `INSERT INTO ${into} DEFAULT VALUES` : `INSERT INTO ${into} (${names.join(', ')}) VALUES (${values.join(', ')})`;
    try {
      if (skipTriggers) await this.client.query('BEGIN; SET LOCAL session_replication_role = replica');
      const { rows } = await this.client.query<{ place: string; row: string }>(
        `${sql} RETURNING tableoid::regclass::text AS place, ctid::text AS row`,
      );
      if (skipTriggers) await this.client.query('COMMIT');
      this.current.push(...rows);
      return null;
    } catch (error) {
      if (skipTriggers) await this.client.query('ROLLBACK').catch(() => undefined);
      const { code = '', message = '', column = null } = error as { code?: string; message?: string; column?: string };
      return { code, message, column };
    }
  }

  private async valueFor(relation: Relation, column: Column, attempt: number, n: number): Promise<string | null> {
    const parent = await this.parentValue(relation, column.name, n);
    if (parent !== undefined) return parent;
    const coming = this.demands.get(relation.name)?.types.get(column.name);
    if (coming !== undefined) {
      // What is text now and is to become a number gets digits.
      const value = /^(?:text|character|citext|bpchar)/.test(this.baseType(column.type))
        ? this.made(coming, n)
        : this.made(column.type, n % 100);
      if (value !== null) return value;
    }
    const fitting = await this.fitting(relation, column);
    if (fitting.length > 0) return fitting[n % fitting.length] ?? null;
    const candidates = this.candidatesOf(relation).get(column.name) ?? [];
    if (candidates.length > 0 && (attempt > 0 || candidates.length > 1)) {
      const value = candidates[(n + attempt) % (candidates.length + 1)];
      if (value !== undefined) return value;
    }
    return this.made(column.type, n);
  }

  /** Values that a coming check of this column lets through, found by asking the server; none where it looks at other columns too. */
  private async fitting(relation: Relation, column: Column): Promise<string[]> {
    const check = this.demands.get(relation.name)?.checks.get(column.name);
    if (check === undefined || check.columns !== 1) return [];
    const key = `${relation.name} ${column.name}`;
    const known = this.fits.get(key);
    if (known) return known;
    const fits: string[] = [];
    for (const value of [...check.literals, ...[1, 2, 50, 5000].map((n) => this.made(column.type, n))]) {
      if (value === null) continue;
      const sql = `SELECT (${check.expression}) IS NOT FALSE AS fits FROM (SELECT ${quoted(value)}::${column.type} AS ${quoteIdentifier(column.name)}) AS one`;
      const { rows } = await this.client.query<{ fits: boolean }>(sql).catch(() => ({ rows: [] as { fits: boolean }[] }));
      if (rows[0]?.fits) fits.push(value);
    }
    this.fits.set(key, fits);
    return fits;
  }

  private readonly fits = new Map<string, string[]>();

  private made(type: string, n: number): string | null {
    const array = type.endsWith('[]');
    const named = this.catalog.types.get(array ? type.slice(0, -2) : type);
    if (named?.kind === 'enum') {
      const value = named.values[n % named.values.length] ?? null;
      return value === null ? null : array ? `{"${value}"}` : value;
    }
    if (named?.kind === 'domain' && named.base !== null) return array ? '{}' : this.made(named.base, n);
    if (named?.kind === 'composite') return array ? '{}' : `(${named.attributes.map(() => '').join(',')})`;
    return valueOf(type, n);
  }

  /** Values that checks, domains and bounds of partitions speak of: likely to be let in. */
  private candidatesOf(relation: Relation): Map<string, string[]> {
    const known = this.candidates.get(relation.name);
    if (known) return known;
    const found = new Map<string, string[]>();
    const add = (column: string, sql: string): void => void found.set(column, [...(found.get(column) ?? []), ...literalsAround(sql)]);
    for (const constraint of relation.constraints.values()) {
      if (constraint.kind === 'check') for (const column of constraint.columns) add(column, constraint.expression?.sql ?? '');
    }
    for (const column of relation.columns.values()) {
      const domain = this.catalog.types.get(column.type);
      if (domain?.kind === 'domain') for (const { expression } of domain.constraints.values()) add(column.name, expression?.sql ?? '');
    }
    for (const child of relation.children) {
      const bound = this.catalog.relations.get(child)?.partitionOf?.bound.sql ?? '';
      for (const column of relation.partitionBy?.columns ?? []) add(column, bound);
    }
    if (relation.partitionOf) {
      const parent = this.catalog.relations.get(relation.partitionOf.parent);
      for (const column of parent?.partitionBy?.columns ?? []) add(column, relation.partitionOf.bound.sql);
    }
    this.candidates.set(relation.name, found);
    return found;
  }

  private readonly candidates = new Map<string, Map<string, string[]>>();

  /** A value of the column that a foreign key points at; undefined when the column is in no key. */
  private async parentValue(relation: Relation, column: string, n: number): Promise<string | null | undefined> {
    for (const key of relation.constraints.values()) {
      const at = key.kind === 'foreignKey' && key.enforced ? key.columns.indexOf(column) : -1;
      if (at === -1 || key.references === null) continue;
      const other = key.references.columns[at] ?? primaryKey(this.catalog.relations.get(key.references.table))[at];
      if (other === undefined) return null;
      return this.oneOf(key.references.table, other, n);
    }
    const coming = this.demands.get(relation.name)?.references.get(column);
    if (coming !== undefined && coming.table !== relation.name) {
      const other = coming.column ?? primaryKey(this.catalog.relations.get(coming.table))[0];
      return other === undefined ? null : this.oneOf(coming.table, other, n);
    }
    return undefined;
  }

  private async oneOf(table: string, column: string, n: number): Promise<string | null> {
    const { rows } = await this.client
      .query<{ value: string | null }>(`SELECT ${quoteIdentifier(column)}::text AS value FROM ${table} ORDER BY 1 LIMIT 20`)
      .catch(() => ({ rows: [] as { value: string | null }[] }));
    return rows[n % Math.max(1, rows.length)]?.value ?? null;
  }

  private isReference(relation: Relation, column: string): boolean {
    return [...relation.constraints.values()].some((key) => key.kind === 'foreignKey' && key.columns.includes(column));
  }

  private baseType(type: string): string {
    const named = this.catalog.types.get(type);
    return named?.kind === 'domain' && named.base !== null ? this.baseType(named.base) : type;
  }

  private next(): number {
    this.n += 1;
    return this.n;
  }
}

function isWritable(column: Column): boolean {
  return column.generated === null && column.identity !== 'always';
}

function keyColumns(relation: Relation): Set<string> {
  return new Set([...relation.constraints.values()].filter((each) => each.kind === 'primaryKey').flatMap((each) => each.columns));
}

function primaryKey(relation: Relation | undefined): string[] {
  return [...(relation?.constraints.values() ?? [])].find((each) => each.kind === 'primaryKey')?.columns ?? [];
}

function quoted(value: string): string {
  return value.includes('\\') ? ` E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'` : `'${value.replaceAll("'", "''")}'`;
}
