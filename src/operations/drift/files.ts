import type { ToolCheck } from '../../core/drift.js';
import type { LockkeeperProblem } from '../../core/errors.js';
import type { History } from '../../core/history.js';
import type { SchemaSnapshot } from '../../core/schema.js';
import type { Migration } from '../../core/stack.js';
import type { Replay, ReplayedStep } from '../../drift/replayed.js';
import type { MigrationTool, ToolCall } from '../../orms/tool.js';
import type { OperationContext } from '../context.js';
import type { DriftInput } from '../drift.js';
import { withThrowAway } from '../throw-away.js';
import type { LiveLook } from './live.js';
import { lookAtModels } from './models.js';

/** What the files come to, and what the models would add. */
export interface FilesLook {
  replay: Replay;
  /** The files with what the tool would add from the models; null when the models were not looked at. */
  models: SchemaSnapshot | null;
  modelsSay: string;
  checks: ToolCheck[];
  problems: LockkeeperProblem[];
}

/**
 * Replays the migrations that the target has; the others too where they do not come last, or the models are asked for.
 *
 * @throws LockkeeperError TOOL_FAILED when a migration does not run on an empty database
 */
export async function lookAtFiles(
  input: DriftInput,
  context: OperationContext,
  stack: { tool: MigrationTool; call: ToolCall },
  live: LiveLook,
): Promise<FilesLook> {
  const { tool, call } = stack;
  const [{ replay, readThrowAway }, { touchedBy }, { rolesOf }] = await Promise.all([
    import('../../rehearse/replay.js'),
    import('../../drift/replayed.js'),
    import('../../databases/postgres/snapshot/script/create.js'),
  ]);
  const { first, rest } = split(call.migrations, live);
  const extensions = [...live.schema.objects.values()]
    .filter((object) => object.kind === 'extension')
    .map((object) => object.name.replaceAll('"', ''));
  const prepared = { extensions: [...new Set([...extensions, ...extensionsIn(call.migrations)])], roles: rolesOf(live.schema) };
  return withThrowAway(
    input.throwAwayVariable,
    context,
    async ({ target, what }) => {
      const steps: ReplayedStep[] = [];
      const run = (migrations: readonly Migration[]): Promise<SchemaSnapshot> =>
        replay({
          tool,
          call,
          address: target.address,
          migrations,
          onStep: (migration, before, after) => steps.push({ migration, touched: touchedBy(before, after) }),
          ...(context.progress ? { progress: context.progress } : {}),
        });
      const files = first.length === 0 ? await readThrowAway(target.address) : await run(first);
      const applied = live.history === null ? null : appliedIn(live.history);
      const look: FilesLook = {
        replay: {
          files,
          steps,
          ahead: applied === null ? [] : first.map((each) => each.name).filter((name) => !applied.has(name)),
          what: `${first.length} of ${call.migrations.length} migrations, run by ${tool.name} on ${what}`,
        },
        models: null,
        modelsSay: 'not looked at: that runs code of the project (--models)',
        checks: [],
        problems: codeRan(tool, first),
      };
      if (input.models !== true) return look;
      const all = rest.length === 0 ? files : await run(rest);
      const models = await lookAtModels(input, context, stack, { address: target.address, files, all });
      return {
        ...look,
        models: models.snapshot,
        modelsSay: models.says,
        checks: models.checks,
        problems: [...look.problems, ...models.problems],
      };
    },
    prepared,
  );
}

/** The applied migrations, when they come before all others; else every one. */
function split(migrations: readonly Migration[], live: LiveLook): { first: readonly Migration[]; rest: readonly Migration[] } {
  if (live.history === null) return { first: migrations, rest: [] };
  const applied = appliedIn(live.history);
  const known = migrations.filter((each) => applied.has(each.name));
  const inOrder = known.every((each, place) => migrations[place]?.name === each.name);
  // A database with tables and no history: all files are what it can be held against.
  const strange = known.length === 0 && [...live.schema.objects.values()].some((object) => object.kind === 'table');
  if (!inOrder || strange) return { first: migrations, rest: [] };
  return { first: migrations.slice(0, known.length), rest: migrations.slice(known.length) };
}

function appliedIn(history: History): Set<string> {
  return new Set(history.migrations.filter((each) => each.state === 'applied').map((each) => each.name));
}

/** Names in CREATE EXTENSION of the files that are SQL. */
function extensionsIn(migrations: readonly Migration[]): string[] {
  return migrations.flatMap((each) =>
    [...(each.up?.sql ?? '').matchAll(/create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/gi)].map((found) => found[1] ?? ''),
  );
}

function codeRan(tool: MigrationTool, ran: readonly Migration[]): LockkeeperProblem[] {
  const code = ran.some((each) => each.unrendered !== null);
  if (!code) return [];
  return [
    {
      code: 'PROJECT_CODE_RAN',
      message: `${tool.name} ran code of the project to replay its migrations, on a throw-away database.`,
      next: 'Nothing was changed in the project or on the target.',
    },
  ];
}
