import type { LockMode } from '../../../core/effects.js';
import type { ChangeEffects } from '../../analysis.js';
import type { Catalog } from '../../catalog/catalog.js';
import table from '../facts/effects.generated.json' with { type: 'json' };

interface Outcome {
  versions: number[];
  locks: Record<string, string | undefined>;
  rewrites: string[];
  scans: string[];
  indexBuilds: string[];
  error: string | null;
  runsInTransaction: boolean;
}

const outcomes = table.effects as unknown as Record<string, Outcome[]>;

/** A measured shape, and which relations of this statement stand in its roles. */
export interface Use {
  shape: string;
  roles: Record<string, string | string[] | undefined>;
}

/** What a handler may look at. */
export interface EffectsEnvironment {
  catalog: Catalog;
  version: number;
  timeZone: string | null;
  /** Other changes of the same statement: subcommands of one ALTER TABLE. */
  siblings: readonly { kind: string }[];
  /** Notes a missing fact; the effects then are the worst case. */
  need(fact: string): void;
  /** Notes that the server will refuse the statement. */
  fail(code: string, message: string): void;
}

/** No effect at all. */
export function noEffects(): ChangeEffects {
  return { locks: [], rewrites: [], scans: [], keyScans: [], indexBuilds: [], runsInTransaction: true, error: null, needs: [] };
}

const listed = (value: string | string[] | undefined): string[] => (value === undefined ? [] : typeof value === 'string' ? [value] : value);

/**
 * Puts measured shapes together into the effects of one change.
 *
 * @param uses shapes with the relations in their roles; a role that a shape does not lock is of no account
 * @throws when a shape was never measured: a defect of this program, found by the tests
 */
export function combine(uses: Use[], catalog: Catalog, version: number): ChangeEffects {
  const effects = noEffects();
  for (const { shape, roles } of uses) {
    const outcome = outcomeOf(shape, version);
    if (outcome.error && outcome.error !== '25001' && !effects.error) effects.error = { code: outcome.error, message: '' };
    if (!outcome.runsInTransaction) effects.runsInTransaction = false;
    for (const role in outcome.locks) {
      for (const relation of listed(roles[role])) effects.locks.push({ relation, mode: outcome.locks[role] as LockMode });
    }
    for (const role of outcome.rewrites) addStored(effects.rewrites, roles[role], catalog);
    for (const role of outcome.scans) {
      addStored(effects.scans, roles[role], catalog);
      if (/references|foreign-key|referenced/.test(shape)) addStored(effects.keyScans, roles[role], catalog);
    }
    for (const role of outcome.indexBuilds) effects.indexBuilds.push(...builtIndexes(role, roles, catalog));
  }
  effects.rewrites = distinct(effects.rewrites);
  effects.scans = distinct(effects.scans);
  effects.indexBuilds = distinct(effects.indexBuilds);
  return effects;
}

/** Adds those of the relations that have storage of their own. */
function addStored(list: string[], relations: string | string[] | undefined, catalog: Catalog): void {
  for (const relation of listed(relations)) if (catalog.relation(relation)?.kind !== 'partitionedTable') list.push(relation);
}

const distinct = (names: string[]): string[] => (names.length < 2 ? names : [...new Set(names)]);

function builtIndexes(role: string, roles: Use['roles'], catalog: Catalog): string[] {
  const [owner, which] = role.split('.');
  if (which === undefined) return listed(roles[role]);
  if (which === 'newIndex') return listed(roles.newIndex);
  if (which === 'someIndexes' && roles.someIndexes) return listed(roles.someIndexes);
  return listed(roles[owner!])
    .filter((relation) => catalog.relation(relation)?.kind !== 'partitionedTable')
    .flatMap((relation) => [...(catalog.relation(relation)?.indexes ?? [])]);
}

function outcomeOf(shape: string, version: number): Outcome {
  const ranges = outcomes[shape];
  const found = ranges?.find(({ versions: [first, last] }) => version >= first! && version <= last!);
  const nearest = found ?? (version > 18 ? ranges?.at(-1) : version < 14 ? ranges?.[0] : undefined);
  if (nearest) return nearest;
  // A statement that this major does not know fails to parse there; the server's own error is 42601.
  if (ranges?.length)
    return { versions: [version, version], locks: {}, rewrites: [], scans: [], indexBuilds: [], error: '42601', runsInTransaction: true };
  throw new Error(`the shape ${shape} was never measured: run npm run oracle`);
}

/** The table with all its partitions and inheriting tables: ALTER TABLE without ONLY recurses to them. */
export function family(catalog: Catalog, table: string, only = false): string[] {
  return only ? [table] : [table, ...catalog.descendants(table)];
}
