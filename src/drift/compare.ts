/** Several pictures of one schema, side by side. */
import type { DriftDifference, DriftMending, DriftSource } from '../core/drift.js';
import { hashOf } from '../core/hash.js';
import { compareSchemas, type SchemaObject, type SchemaSnapshot } from '../core/schema.js';
import { type Mending, mend } from '../databases/postgres/snapshot/script/mend.js';

export interface Pictures {
  live: SchemaSnapshot;
  /** What the live schema is held against: the files, or another database. */
  expected: SchemaSnapshot;
  expectedIs: 'files' | 'other';
  /** The files, and what the tool would add to them from the models. */
  models: SchemaSnapshot | null;
  /** Ids that are looked at elsewhere: the history table and what belongs to it. */
  ignored: ReadonlySet<string>;
}

/** Differences that get statements of their own. With more the script for everything is the one to read. */
const mostMended = 200;

type Comparing = Omit<DriftDifference, 'cause' | 'accepted'>;

/** Every object that is not the same everywhere, sorted by its id, with the statements that mend it. */
export function compareSources(pictures: Pictures): (Comparing & { id: string })[] {
  const { expectedIs } = pictures;
  const live = without(pictures.live, pictures.ignored);
  const expected = without(pictures.expected, pictures.ignored);
  const models = pictures.models && without(pictures.models, pictures.ignored);
  const liveDifferences = compareSchemas(expected, live);
  const back = liveDifferences.length === 0 ? [] : compareSchemas(live, expected);
  const modelDifferences = models === null ? [] : compareSchemas(expected, models);
  const liveIds = new Set(liveDifferences.map((each) => each.id));
  const modelIds = new Set(modelDifferences.map((each) => each.id));
  const everyOne = new Map([...liveDifferences, ...modelDifferences].map((each) => [each.id, each]));
  const sides: [DriftSource, SchemaSnapshot | null][] = [
    [expectedIs, expected],
    ['live', live],
    ['models', models],
  ];
  return [...everyOne.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, kind, name }, place) => {
      const mended = liveIds.has(id) && place < mostMended;
      const there = sides.filter((side): side is [DriftSource, SchemaSnapshot] => side[1] !== null);
      const objects = there.map(([source, snapshot]) => [source, snapshot.objects.get(id)] as const);
      return {
        id,
        fingerprint: fingerprintOf(id, objects),
        kind,
        object: name,
        presentIn: objects.filter(([, object]) => object !== undefined).map(([source]) => source),
        properties: propertiesOf(objects),
        standsAlone: aloneOf(models !== null, liveIds.has(id), modelIds.has(id), sameThere(live, models, id)),
        mend: {
          live: mended ? statementsOf(mend(live, expected, new Set([id]), back)) : null,
          files: mended && expectedIs === 'files' ? statementsOf(mend(expected, live, new Set([id]), liveDifferences)) : null,
        },
      };
    });
}

function sameThere(a: SchemaSnapshot, b: SchemaSnapshot | null, id: string): boolean {
  return hashOf(a.objects.get(id)?.properties ?? null) === hashOf(b?.objects.get(id)?.properties ?? null);
}

function aloneOf(hasModels: boolean, liveDiffers: boolean, modelsDiffer: boolean, liveIsModels: boolean): DriftSource | null {
  if (!hasModels) return null;
  if (liveDiffers && !modelsDiffer) return 'live';
  if (!liveDiffers && modelsDiffer) return 'models';
  return liveIsModels ? 'files' : null;
}

function propertiesOf(objects: readonly (readonly [DriftSource, SchemaObject | undefined])[]): DriftDifference['properties'] {
  const there = objects.filter(([, object]) => object !== undefined);
  // Of an object that is missing somewhere, what it is says more than that each property is missing.
  const names = [...new Set(there.flatMap(([, object]) => Object.keys(object?.properties ?? {})))].sort();
  return names.flatMap((property) => {
    const values = Object.fromEntries(objects.map(([source, object]) => [source, object?.properties[property] ?? null]));
    const texts = there.map(([source]) => values[source]);
    return there.length === objects.length && texts.every((text) => text === texts[0]) ? [] : [{ property, values }];
  });
}

/** Of what the object is on each side: another drift of the same object is another one. */
function fingerprintOf(id: string, objects: readonly (readonly [DriftSource, SchemaObject | undefined])[]): string {
  return hashOf([
    id,
    objects.filter(([source]) => source !== 'models').map(([source, object]) => [source, object?.properties ?? null]),
  ]).slice(0, 16);
}

/** Everything at once: what mends all differences, in the order in which it runs. */
export function mendEverything(actual: SchemaSnapshot, wanted: SchemaSnapshot, ignored: ReadonlySet<string>): DriftMending {
  return statementsOf(mend(without(actual, ignored), without(wanted, ignored)));
}

/** A schema without what is looked at elsewhere; the same one for the same question, so that what is known of it is kept. */
function without(snapshot: SchemaSnapshot, ignored: ReadonlySet<string>): SchemaSnapshot {
  if (![...ignored].some((id) => snapshot.objects.has(id))) return snapshot;
  return { ...snapshot, objects: new Map([...snapshot.objects].filter(([id]) => !ignored.has(id))) };
}

function statementsOf(mending: Mending): DriftMending {
  return {
    sql: mending.steps.map((step) => step.sql),
    loses: mending.steps.flatMap((step) => (step.loses === null ? [] : [step.loses])),
    byHand: mending.byHand.length === 0 ? null : mending.byHand.map((each) => each.why).join(' '),
  };
}
