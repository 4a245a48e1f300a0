/** How a difference probably came about. */
import type { DriftDifference, DriftSource } from '../core/drift.js';
import type { History, MigrationStatus } from '../core/history.js';
import type { SchemaSnapshot } from '../core/schema.js';
import { lineage, type Replay } from './replayed.js';

export interface Clues {
  /** Null when it could not be read. */
  history: History | null;
  replay: Replay;
  live: SchemaSnapshot;
}

type Cause = DriftDifference['cause'];

/**
 * Guesses from the history and from which migration touched the object last.
 *
 * @param alone the source that the others disagree with
 */
export function causeOf(id: string, alone: DriftSource | null, inLive: boolean, inFiles: boolean, clues: Clues): Cause {
  const { history, replay, live } = clues;
  const line = lineage([replay.files, live], id);
  const touching = replay.steps.filter(
    (step) => step.touched.has(id) || (inFiles && !inLive && line.some((each) => step.touched.has(each))),
  );
  const state = (name: string): MigrationStatus | undefined => history?.migrations.find((each) => each.name === name);
  if (alone === 'models')
    return cause('model-ahead', null, 'The models say otherwise than migrations and database: a migration was not made from them yet.');
  const ahead = touching.find((step) => replay.ahead.includes(step.migration));
  if (ahead) {
    const status = state(ahead.migration);
    return status?.state === 'skipped' || status?.outOfOrder === true
      ? cause(
          'merged-late',
          ahead.migration,
          `${ahead.migration} sorts before migrations that are applied, and is not: a branch was merged late.`,
        )
      : cause('never-run', ahead.migration, `${ahead.migration} would make it, and is not applied.`);
  }
  const edited = touching.find((step) => state(step.migration)?.edited === true);
  if (edited) return cause('edited-migration', edited.migration, `${edited.migration} was edited after it was applied here.`);
  if (history === null)
    return cause('unknown', null, 'The history could not be read: it may be a migration that is not applied, or drift.');
  const lying = touching.find((step) => liesAbout(step.touched, clues));
  if (lying && !inLive)
    return cause(
      'history-lies',
      lying.migration,
      `The history has ${lying.migration} as applied, and nothing that it makes is there: its row was written without running it, or its work was undone by hand.`,
    );
  const gone = history?.migrations.find((each) => each.state === 'missing');
  if (gone && inLive && touching.length === 0)
    return cause('file-missing', gone.name, `The history has ${gone.name}, whose file is gone: it may have made this.`);
  const last = touching.at(-1)?.migration ?? null;
  if (alone === 'files')
    return cause('changed-by-hand', last, 'Models and database agree and no migration says so: the change was pushed or made by hand.');
  return cause(
    'changed-by-hand',
    last,
    last === null
      ? 'No migration mentions it: somebody made it in the database directly, e.g. as a hot fix.'
      : `${last} says otherwise, and its file is as it was applied as far as the tool can tell: somebody changed the database directly.`,
  );
}

/** True when nothing of what an applied migration makes is there. */
function liesAbout(touched: ReadonlySet<string>, { replay, live }: Clues): boolean {
  const made = [...touched].filter((id) => replay.files.objects.has(id));
  const roots = made.filter((id) => !made.includes(replay.files.objects.get(id)?.parent ?? ''));
  return roots.length > 0 && roots.every((id) => !live.objects.has(id));
}

function cause(kind: Cause['kind'], migration: string | null, why: string): Cause {
  return { kind, migration, why };
}
