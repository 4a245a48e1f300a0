/** SQL that makes one schema into another. */
import { compareSchemas, type SchemaDifference, type SchemaObject, type SchemaSnapshot } from '../../../../core/schema.js';
import { alterSql } from './alter.js';
import { againstDefaults } from './default-privileges.js';
import { blockersOf, closeOverDependents, Kin } from './dependents.js';
import { dropSql, lossOf } from './drop.js';
import { type Node, nodesOf, ordered, rank } from './graph.js';
import { nameOf, ownName, parentName } from './reference.js';
import { renames } from './rename.js';
import { replaceType } from './replace-type.js';
import { setDefault } from './tables.js';

/** One statement of a mending. */
export interface MendStep {
  /** Id of the difference that it belongs to; of an object that must step aside for it, that object's. */
  id: string;
  sql: string;
  /** What it destroys that no script brings back. */
  loses: string | null;
}

export interface Mending {
  /** In the order in which they run. Each on its own: not all can stand in one transaction (a new value of an enum cannot be used in it). */
  steps: MendStep[];
  /** What no statement does, in words. */
  byHand: { id: string; why: string }[];
}

/** Kinds that go last: what uses them may first be changed to use something else. */
const lateKinds = new Set(['schema', 'extension', 'enum', 'compositeType', 'domain', 'rangeType', 'function', 'sequence']);
const typeKinds = new Set(['enum', 'compositeType', 'domain', 'rangeType']);

/**
 * Statements that make `actual` into `wanted`.
 *
 * What can be changed in place is; what cannot is dropped and made anew together with what depends on it, rows excepted: a table is
 * never dropped to be changed. What looks renamed is renamed.
 *
 * @param only ids of the differences to mend; all when absent. Each then stands for itself, with what must step aside for it
 * @param differences `compareSchemas(actual, wanted)`, where the caller has them or leaves some out
 */
export function mend(
  actual: SchemaSnapshot,
  wanted: SchemaSnapshot,
  only?: ReadonlySet<string>,
  differences: readonly SchemaDifference[] = compareSchemas(actual, wanted),
): Mending {
  const steps: MendStep[] = [];
  const byHand: Mending['byHand'] = [];
  if (differences.length === 0) return { steps, byHand };
  const renamed = renames(actual, wanted, differences, only);
  for (const { id, sql } of renamed.steps) steps.push({ id, sql, loses: null });
  const from = renamed.snapshot;
  const work = new Work(from, wanted);
  for (const difference of from === actual ? differences : compareSchemas(from, wanted))
    if (only === undefined || only.has(difference.id)) plan(work, difference, byHand);
  work.close();
  steps.push(...work.steps());
  return { steps, byHand };
}

/** Decides for one difference: drop, create, change in place, or leave it to a person. */
function plan(work: Work, difference: SchemaDifference, byHand: Mending['byHand']): void {
  const { id } = difference;
  const from = work.from.objects.get(id);
  const to = work.to.objects.get(id);
  const above = from && !to ? asAbove(work.to, from) : null;
  if (from && above) {
    const properties = Object.keys({ ...from.properties, ...above.properties })
      .filter((property) => from.properties[property] !== above.properties[property])
      .map((property) => ({ property, left: null, right: null }));
    const statements = alterSql(from, above, { properties });
    if (Array.isArray(statements)) work.altered.set(id, statements);
    return;
  }
  if (from && !to) work.dropped.add(id);
  if (to && !from) work.create(id);
  if (!from || !to) return;
  const statements = alterSql(from, to, difference);
  if (statements === null && typeKinds.has(to.kind)) work.replaced.add(id);
  else if (statements === null) work.rebuild(id);
  else if (!Array.isArray(statements)) byHand.push({ id, why: statements.impossible });
  else {
    work.altered.set(id, statements);
    if (from.properties['identity'] !== undefined && to.properties['identity'] === undefined) work.identityDropped.add(id);
    if (to.kind === 'column' && difference.properties.some(({ property }) => property === 'type' || property === 'collation'))
      for (const blocker of blockersOf(work.from, [id])) work.rebuild(blocker);
  }
}

function entryOf(snapshot: SchemaSnapshot, id: string): [string, SchemaObject][] {
  const object = snapshot.objects.get(id);
  return object ? [[id, object]] : [];
}

/** The column as a partition or heir has it from its parent, for one that is otherwise on its own; null for other objects. */
function asAbove(snapshot: SchemaSnapshot, object: SchemaObject): SchemaObject | null {
  if (object.kind !== 'column' || object.spelling?.['inherited'] !== 'yes') return null;
  for (const parent of snapshot.objects.get(object.parent ?? '')?.needs ?? []) {
    const column = snapshot.objects.get(`column ${nameOf(parent)}.${ownName(object)}`);
    if (column) return { ...column, name: object.name, parent: object.parent };
  }
  return null;
}

/** What is to be done, object by object. */
class Work {
  readonly dropped = new Set<string>();
  readonly created = new Set<string>();
  readonly altered = new Map<string, string[]>();
  readonly replaced = new Set<string>();
  readonly identityDropped = new Set<string>();
  private readonly defaultsDropped = new Set<string>();
  private readonly fromKin: Kin;
  private readonly toKin: Kin;

  constructor(
    readonly from: SchemaSnapshot,
    readonly to: SchemaSnapshot,
  ) {
    this.fromKin = Kin.of(from);
    this.toKin = Kin.of(to);
  }

  /** An object with all that hangs on it. */
  create(id: string): void {
    for (const each of [id, ...this.toKin.below(id)]) this.created.add(each);
  }

  rebuild(id: string): void {
    this.dropped.add(id);
    if (this.to.objects.has(id)) this.create(id);
  }

  /** Takes in what must go because what it needs goes. */
  close(): void {
    for (const id of this.replaced) for (const blocker of blockersOf(this.from, this.fromKin.columnsOf(id), id)) this.rebuild(blocker);
    closeOverDependents(
      this.from,
      this.fromKin,
      this.dropped,
      (column) => this.defaultsDropped.add(column),
      (id) => this.rebuild(id),
    );
    for (const id of [...this.altered.keys()]) if (this.created.has(id)) this.altered.delete(id);
  }

  steps(): MendStep[] {
    const { early, late } = this.drops();
    return [...this.releases(), ...early, ...this.replaceTypes(), ...this.creations(), ...late];
  }

  /** Defaults and identities that hold on to sequences and functions. */
  private releases(): MendStep[] {
    const alter = (id: string, what: string): MendStep[] => {
      const column = this.from.objects.get(id);
      if (!column || this.goes(id)) return [];
      return [{ id, sql: `ALTER TABLE ${parentName(column)} ALTER COLUMN ${ownName(column)} DROP ${what}`, loses: null }];
    };
    return [
      ...[...this.defaultsDropped].flatMap((id) => alter(id, 'DEFAULT')),
      ...[...this.identityDropped].flatMap((id) => alter(id, 'IDENTITY')),
    ];
  }

  private goes(id: string): boolean {
    return this.dropped.has(id) || this.fromKin.above(id).some((each) => this.dropped.has(each));
  }

  private drops(): { early: MendStep[]; late: MendStep[] } {
    const roots = [...this.dropped].filter((id) => !this.fromKin.above(id).some((each) => this.dropped.has(each)));
    const late = new Set(roots.filter((id) => lateKinds.has(this.from.objects.get(id)?.kind ?? '') && !this.created.has(id)));
    for (let again = true; again; ) {
      again = false;
      for (const id of late) {
        const needs = this.from.objects.get(id)?.needs ?? [];
        if (!needs.some((need) => this.goes(need) && !late.has(need) && !this.fromKin.above(need).some((each) => late.has(each)))) continue;
        late.delete(id);
        again = true;
      }
    }
    // Foreign keys among tables that go would keep each other.
    const going = roots.flatMap((id) => this.fromKin.below(id)).flatMap((id) => entryOf(this.from, id));
    const keys = going.filter(
      ([id, object]) =>
        object.properties['type'] === 'foreign key' &&
        !this.dropped.has(id) &&
        this.goes(id) &&
        object.needs.some((need) => this.goes(need) && !this.fromKin.above(need).includes(object.parent ?? '')),
    );
    const order = ordered(nodesOf(this.from, new Set([...roots, ...keys.map(([id]) => id)])));
    const ids = [...new Set(order.map((node) => node.object))].reverse();
    const statements = (id: string): MendStep[] => {
      const object = this.from.objects.get(id);
      return object ? dropSql(object).map((sql) => ({ id, sql, loses: lossOf(object) })) : [];
    };
    return { early: ids.filter((id) => !late.has(id)).flatMap(statements), late: ids.filter((id) => late.has(id)).flatMap(statements) };
  }

  private replaceTypes(): MendStep[] {
    return [...this.replaced].flatMap((id) => {
      const columns = this.fromKin.columnsOf(id).filter((column) => this.to.objects.has(column) && !this.goes(column));
      for (const column of columns) this.altered.delete(column);
      return replaceType(this.from, this.to, id, columns, this.toKin.below(id)).map((sql) => ({ id, sql, loses: null }));
    });
  }

  private creations(): MendStep[] {
    const nodes = new Map(nodesOf(this.to, this.created));
    for (const [id, sql] of this.altered) {
      const object = this.to.objects.get(id) ?? this.from.objects.get(id);
      if (object) nodes.set(id, { object: id, sql, needs: [...object.needs, ...(object.parent === null ? [] : [object.parent])] });
    }
    for (const id of this.defaultsDropped) {
      const column = this.to.objects.get(id);
      const sql = column && !this.created.has(id) && !this.altered.has(id) ? setDefault(column) : null;
      if (column && sql !== null) nodes.set(id, { object: id, sql: [sql], needs: [...column.needs, column.parent ?? ''] });
    }
    // What default privileges would give to a new object is taken at once, before its own grants.
    for (const id of this.created) {
      const object = this.to.objects.get(id);
      const node = nodes.get(id);
      if (object && node) node.sql.push(...againstDefaults(this.from, this.to, id, object));
    }
    const sorted = new Map<string, Node>([...nodes].sort(([a], [b]) => rank(a) - rank(b)));
    return ordered(sorted).flatMap((node) => node.sql.map((sql) => ({ id: node.object, sql, loses: null })));
  }
}
