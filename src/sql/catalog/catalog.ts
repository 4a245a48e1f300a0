import type { Expression } from '../../core/change.js';
import { qualify } from '../../core/names.js';
import type { CatalogState, Column, Constraint, Index, Origin, Relation, RelationKind, UserFunction, UserType } from './types.js';

/** A foreign key and the table that holds it. */
export interface ForeignKey {
  table: string;
  constraint: Constraint;
}

/** The schema at one moment, with the look-ups that effects and rules need. Changed only by `applyChange`. */
export class Catalog implements CatalogState {
  complete: boolean;
  schemas: Set<string>;
  relations: Map<string, Relation>;
  indexes: Map<string, Index>;
  types: Map<string, UserType>;
  functions: Map<string, UserFunction[]>;
  extensions: Set<string>;
  publications: Map<string, { allTables: boolean; tables: Set<string> }>;
  statistics: Map<string, string>;
  /** Referenced table to the tables that hold a foreign key on it. */
  #referencing: Map<string, Set<string>> | null = null;
  /** Relation to the views that read it. */
  #readers: Map<string, Set<string>> | null = null;

  constructor(state?: CatalogState) {
    this.complete = state?.complete ?? false;
    this.schemas = state?.schemas ?? new Set(['public']);
    this.relations = state?.relations ?? new Map();
    this.indexes = state?.indexes ?? new Map();
    this.types = state?.types ?? new Map();
    this.functions = state?.functions ?? new Map();
    this.extensions = state?.extensions ?? new Set();
    this.publications = state?.publications ?? new Map();
    this.statistics = state?.statistics ?? new Map();
  }

  /** A copy that can be changed without changing this one. */
  clone(): Catalog {
    return new Catalog(
      structuredClone({
        complete: this.complete,
        schemas: this.schemas,
        relations: this.relations,
        indexes: this.indexes,
        types: this.types,
        functions: this.functions,
        extensions: this.extensions,
        publications: this.publications,
        statistics: this.statistics,
      }),
    );
  }

  has(name: string): boolean {
    return this.relations.has(name) || this.indexes.has(name) || this.types.has(name) || this.functions.has(name);
  }

  relation(name: string): Relation | undefined {
    return this.relations.get(name);
  }

  column(table: string, column: string): Column | undefined {
    return this.relations.get(table)?.columns.get(column);
  }

  /** True when it certainly does not exist. */
  isMissing(name: string): boolean {
    return this.complete && !this.has(name);
  }

  /** True when everything about the table is known: keys, children and columns can be relied on. */
  isFullyKnown(name: string): boolean {
    return this.relations.get(name)?.known === true;
  }

  constraint(table: string, name: string): Constraint | undefined {
    return this.relations.get(table)?.constraints.get(name);
  }

  foreignKeysFrom(table: string): ForeignKey[] {
    const constraints = this.relations.get(table)?.constraints.values() ?? [];
    return [...constraints].filter((constraint) => constraint.kind === 'foreignKey').map((constraint) => ({ table, constraint }));
  }

  /** Foreign keys of any table on this one. */
  foreignKeysTo(table: string): ForeignKey[] {
    const holders = this.#referencingIndex().get(table);
    if (!holders) return [];
    return [...holders].flatMap((holder) =>
      this.foreignKeysFrom(holder).filter(({ constraint }) => constraint.references?.table === table),
    );
  }

  indexesOf(table: string): Index[] {
    const names = this.relations.get(table)?.indexes ?? [];
    return [...names].map((name) => this.indexes.get(name)).filter((index): index is Index => index !== undefined);
  }

  /** Partitions and inheriting tables at every level below, without the table itself. */
  descendants(table: string): string[] {
    const found: string[] = [];
    for (const child of this.relations.get(table)?.children ?? []) found.push(child, ...this.descendants(child));
    return found;
  }

  /** Partitions at every level that hold rows. */
  leaves(table: string): string[] {
    const relation = this.relations.get(table);
    if (!relation || relation.kind !== 'partitionedTable') return [table];
    return [...relation.children].flatMap((child) => this.leaves(child));
  }

  defaultPartition(table: string): string | undefined {
    return [...(this.relations.get(table)?.children ?? [])].find((child) => this.relations.get(child)?.partitionOf?.bound.isDefault);
  }

  /** Views that read the relation, or one column of it, directly. */
  viewsOn(table: string, column?: string): string[] {
    const readers = [...(this.#readersIndex().get(table) ?? [])].filter((view) => this.relations.get(view)?.reads.has(table));
    if (column === undefined) return readers;
    return readers.filter((view) => this.relations.get(view)?.reads.has(`${table}.${column}`));
  }

  /** Views that read the relation, directly or through other views. */
  viewsBelow(table: string): string[] {
    const found = new Set<string>();
    const follow = (name: string): void => {
      for (const view of this.viewsOn(name)) {
        if (found.has(view)) continue;
        found.add(view);
        follow(view);
      }
    };
    follow(table);
    return [...found];
  }

  /** Tables with a column of the type, or of an array of it. */
  columnsOfType(type: string): { table: string; column: Column }[] {
    const found: { table: string; column: Column }[] = [];
    for (const relation of this.relations.values()) {
      for (const column of relation.columns.values()) {
        if (column.type === type || column.type === `${type}[]`) found.push({ table: relation.name, column });
      }
    }
    return found;
  }

  /** Volatility of an expression, with the functions that the schema itself defines looked up. */
  volatilityOf(expression: Expression): Expression['volatility'] {
    if (expression.volatility !== 'unknown') return expression.volatility;
    let worst: Expression['volatility'] = 'immutable';
    for (const name of expression.functions) {
      const candidates = this.functions.get(name.includes('.') ? name : qualify('public', name)) ?? [];
      if (candidates.length === 0) return 'unknown';
      for (const candidate of candidates) {
        const volatility = this.effectiveVolatility(candidate);
        if (volatility === 'volatile' || volatility === 'unknown') return volatility;
        if (volatility === 'stable') worst = 'stable';
      }
    }
    return worst;
  }

  /** A one-line SQL function is inlined, so what its body calls decides (measured on PostgreSQL 12 to 18). */
  effectiveVolatility(candidate: UserFunction): Expression['volatility'] {
    return candidate.inlined ? this.volatilityOf(candidate.inlined) : candidate.volatility;
  }

  /** The relation, made as a name without known content when it was never seen. */
  touch(name: string, kind: RelationKind = 'table'): Relation {
    const existing = this.relations.get(name);
    if (existing) return existing;
    const relation = newRelation(name, kind, { statement: null, transaction: null, judged: false });
    relation.known = false;
    this.relations.set(name, relation);
    return relation;
  }

  /** Keeps the look-ups current when a foreign key is added. What goes away need not be told: look-ups check that it is still there. */
  noteReference(referenced: string, holder: string): void {
    if (this.#referencing) addTo(this.#referencing, referenced, holder);
  }

  /** The same for a view that has been made. */
  noteReader(view: Relation): void {
    if (this.#readers) for (const read of view.reads) if (this.relations.has(read)) addTo(this.#readers, read, view.name);
  }

  /** Forgets the derived look-ups; call after a relation has got another name. */
  invalidate(): void {
    this.#referencing = null;
    this.#readers = null;
  }

  #referencingIndex(): Map<string, Set<string>> {
    if (this.#referencing) return this.#referencing;
    this.#referencing = new Map();
    for (const relation of this.relations.values()) {
      for (const constraint of relation.constraints.values()) {
        if (constraint.references) addTo(this.#referencing, constraint.references.table, relation.name);
      }
    }
    return this.#referencing;
  }

  #readersIndex(): Map<string, Set<string>> {
    if (this.#readers) return this.#readers;
    this.#readers = new Map();
    for (const relation of this.relations.values()) {
      if (relation.kind !== 'view' && relation.kind !== 'materializedView') continue;
      for (const read of relation.reads) if (this.relations.has(read)) addTo(this.#readers, read, relation.name);
    }
    return this.#readers;
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values) values.add(value);
  else map.set(key, new Set([value]));
}

/** An empty relation. */
export function newRelation(name: string, kind: RelationKind, origin: Origin): Relation {
  return {
    name,
    kind,
    origin,
    known: true,
    persistence: 'permanent',
    columns: new Map(),
    constraints: new Map(),
    indexes: new Set(),
    partitionOf: null,
    partitionBy: null,
    children: new Set(),
    inherits: new Set(),
    triggers: new Map(),
    rules: new Set(),
    policies: new Set(),
    rowSecurity: false,
    replicaIdentity: 'default',
    reads: new Set(),
    selectStar: false,
    ofType: null,
    populated: true,
    accessMethod: 'heap',
  };
}
