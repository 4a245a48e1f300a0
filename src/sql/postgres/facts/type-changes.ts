/**
 * What ALTER COLUMN … TYPE does, looked up in the table measured on real servers (`npm run oracle -- type-changes`).
 *
 * The table holds pairs of sample types; any other modifier is answered by the sample that stands in the same relation:
 * - one number (`character varying(n)`, `character(n)`, `bit(n)`, `bit varying(n)`): between two of the same type, whether the length
 *   grows, shrinks or stays; towards any other type, whether there is one at all;
 * - `numeric(p,s)`: whether the scale stays, and then whether the precision grows, shrinks or stays;
 * - fractions of a second: 6 is no limit; below that, as for lengths;
 * - an array follows its own samples where there are any, otherwise its elements: it is rewritten unless nothing changes;
 * - a domain is its base type, from a domain without the modifier; to one with a constraint everything is rewritten, since each value must be checked;
 * - one enum stands for all.
 * Checked against servers with other modifiers than the samples' in `test/oracle/type-changes.test.ts`.
 */
import type { TypeName } from '../../../core/change.js';
import facts from './type-changes.generated.json' with { type: 'json' };

/** What a change of type does. */
export interface TypeChangeEffect {
  /** Allowed without USING, or with USING and a plain cast of the column. */
  allowed: 'implicit' | 'using' | 'no';
  /** `timeZone`: unless the session's time zone is UTC. Any USING that is more than a cast of the column rewrites. */
  rewrite: boolean | 'timeZone';
  /** What becomes of an index on the column; of all the table's indexes if it is rewritten, see there. */
  index: 'kept' | 'rebuilt' | 'none' | 'fails';
}

/** What the reader must know of a type that is not built in. */
export type UserTypeKind = { kind: 'enum' | 'composite' } | { kind: 'domain'; base: TypeName; constrained: boolean };

type Outcome = TypeChangeEffect & { versions: number[] };

const outcomes = facts.outcomes as Outcome[][];
const changes = facts.changes as Record<string, number[]>;
const positions = new Map(facts.types.map((type, position) => [type, position]));

/**
 * What changing a column's type does on this major version.
 *
 * @param from, to types as `format_type` spells them
 * @param describe knows the types that are not built in
 * @returns null when a type is not among the measured ones: then nothing is known
 */
export function typeChangeEffect(
  from: TypeName,
  to: TypeName,
  version: number,
  describe: (type: TypeName) => UserTypeKind | null,
): TypeChangeEffect | null {
  const newType = describe(to);
  if (from !== to && newType?.kind === 'domain') {
    const effect = typeChangeEffect(from, newType.base, version, describe);
    return effect && newType.constrained && effect.allowed !== 'no'
      ? { ...effect, rewrite: true, index: effect.index === 'kept' ? 'rebuilt' : effect.index }
      : effect;
  }
  const oldType = describe(from);
  if (from !== to && oldType?.kind === 'domain') {
    // The planner does not know how long a domain's values are, whatever its base type says.
    const { base, suffix } = parse(oldType.base);
    return typeChangeEffect(base + suffix, to, version, describe);
  }
  const [oldSample, newSample] = samples(parse(from), parse(to), describe);
  return lookUp(oldSample, newSample, version) ?? arrayEffect(from, to, version, describe);
}

function lookUp(from: string, to: string, version: number): TypeChangeEffect | null {
  const outcome = outcomes[changes[from]?.[positions.get(to) ?? -1] ?? -1];
  const found = outcome?.find(({ versions: [first, last] }) => (first ?? 0) <= version && version <= (last ?? 0));
  if (!found) return null;
  const { versions: _, ...effect } = found;
  return effect;
}

/** PostgreSQL converts an array element by element, also where the element alone would need no work. */
function arrayEffect(
  from: TypeName,
  to: TypeName,
  version: number,
  describe: (type: TypeName) => UserTypeKind | null,
): TypeChangeEffect | null {
  if (!from.endsWith('[]') || !to.endsWith('[]')) return null;
  const element = typeChangeEffect(from.slice(0, -2), to.slice(0, -2), version, describe);
  if (!element || from === to || element.allowed === 'no') return element;
  return { allowed: element.allowed, rewrite: true, index: 'rebuilt' };
}

interface ParsedType {
  base: string;
  modifiers: number[];
  suffix: string;
}

/** `timestamp(3) without time zone` -> base `timestamp* without time zone`, modifiers [3]. */
function parse(type: TypeName): ParsedType {
  const suffix = type.endsWith('[]') ? '[]' : '';
  const element = suffix ? type.slice(0, -2) : type;
  const match = /^(.*?)\((\d+(?:,-?\d+)?)\)(.*)$/.exec(element);
  if (!match) return { base: element === 'character' ? 'bpchar' : element, modifiers: [], suffix };
  return { base: `${match[1]}${match[3]}`, modifiers: (match[2] ?? '').split(',').map(Number), suffix };
}

/** The two types of the table that stand for these two. */
function samples(from: ParsedType, to: ParsedType, describe: (type: TypeName) => UserTypeKind | null): [string, string] {
  const sameBase = from.base === to.base && from.suffix === to.suffix;
  const [older, newer] = sameBase ? orderedModifiers(from, to) : [loneModifier(from), loneModifier(to)];
  const [oldBase, newBase] = [sampleBase(from.base, describe), sampleBase(to.base, describe)];
  const isOtherEnum = oldBase === 'mood' && newBase === 'mood' && from.base !== to.base;
  return [spell({ ...from, base: oldBase }, older), spell({ ...to, base: isOtherEnum ? 'mood2' : newBase }, newer)];
}

function sampleBase(base: string, describe: (type: TypeName) => UserTypeKind | null): string {
  const kind = describe(base)?.kind;
  if (kind === 'enum') return 'mood';
  if (kind === 'composite') return 'pair';
  // Types of the two measured extensions, wherever the extension is installed.
  return /\.(citext|hstore)$/.exec(base)?.[1] ?? base;
}

const isTimed = (base: string): boolean => /^(timestamp|time|interval)\b/.test(base);

/** Short and long sample of each type with a modifier. */
const sampleModifiers: Record<string, [string, string]> = {
  'character varying': ['20', '50'],
  character: ['10', '20'],
  bit: ['8', '16'],
  'bit varying': ['8', '16'],
};

function orderedModifiers(from: ParsedType, to: ParsedType): [string, string] {
  if (from.base === 'numeric' && from.modifiers.length > 0 && to.modifiers.length > 0)
    return numericModifiers(from.modifiers, to.modifiers);
  const [short, long] = isTimed(from.base)
    ? ['3', '4']
    : (sampleModifiers[from.base] ?? [from.modifiers.join(','), to.modifiers.join(',')]);
  const [older, newer] = [from.modifiers[0], to.modifiers[0]];
  if (older === undefined || newer === undefined) return [loneModifier(from), loneModifier(to)];
  if (isTimed(from.base) && (older >= 6 || newer >= 6)) return [loneModifier(from), loneModifier(to)];
  if (older === newer) return [short, short];
  return older < newer ? [short, long] : [long, short];
}

function numericModifiers([oldPrecision = 0, oldScale = 0]: number[], [newPrecision = 0, newScale = 0]: number[]): [string, string] {
  if (oldScale !== newScale) return ['10,2', '10,4'];
  if (oldPrecision === newPrecision) return ['10,2', '10,2'];
  return oldPrecision < newPrecision ? ['10,2', '12,2'] : ['12,2', '10,2'];
}

/** The modifier that stands for any, towards another type. */
function loneModifier({ base, modifiers }: ParsedType): string {
  if (modifiers.length === 0) return '';
  if (isTimed(base)) return (modifiers[0] ?? 0) >= 6 ? '6' : '3';
  return base === 'numeric' ? '10,2' : (sampleModifiers[base]?.[0] ?? modifiers.join(','));
}

function spell({ base, suffix }: ParsedType, modifier: string): string {
  if (!modifier) return base + suffix;
  const timed = /^(timestamp|time)( with.*)$/.exec(base);
  return `${timed ? `${timed[1]}(${modifier})${timed[2]}` : `${base}(${modifier})`}${suffix}`;
}
