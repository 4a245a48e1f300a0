/** One migration up or down with the stack's own tool, and what became of it. */
import { LockkeeperError } from '../core/errors.js';
import type { Migration } from '../core/stack.js';
import type { ConnectInput } from '../databases/engine.js';
import type { MigrationTool, TargetCall, ToolRun } from '../orms/tool.js';
import { type Look, look, schemaChanges } from './look.js';
import type { RunOutcome, RunStep } from './outcome.js';

/**
 * Runs one migration and looks at the target again.
 *
 * @param before the look before it
 * @returns the step, and the look after it
 * @throws LockkeeperError what the tool's file refuses; then nothing ran
 */
export async function runStep(
  tool: MigrationTool,
  call: TargetCall,
  migration: Migration,
  direction: 'up' | 'down',
  input: ConnectInput,
  before: Look,
): Promise<{ step: RunStep; after: Look }> {
  const run = direction === 'up' ? tool.apply : tool.rollback;
  if (run === undefined) {
    throw new LockkeeperError('NOT_OFFERED', `${tool.name} cannot do this.`, 'Run the tool itself, on a copy of the database first.');
  }
  const ran = await run.call(tool, call, migration);
  const after = await look(tool, call, input);
  const changes = schemaChanges(before, after);
  const state = after.history.migrations.find((each) => each.name === migration.name)?.state ?? 'pending';
  const recorded = direction === 'up' ? state === 'applied' : state !== 'applied' && state !== 'failed';
  return {
    after,
    step: {
      migration: migration.name,
      outcome: outcomeOf(ran, recorded, changes.length > 0),
      commands: ran.commands,
      exitCode: ran.exitCode,
      timedOut: ran.timedOut,
      said: ran.said,
      error: ran.error,
      notes: ran.notes,
      schemaChanges: changes,
      leftInvalid: [...after.invalid].filter((name) => !before.invalid.has(name)).sort(),
    },
  };
}

function outcomeOf(ran: ToolRun, recorded: boolean, changed: boolean): RunOutcome {
  const succeeded = ran.exitCode === 0;
  if (recorded) return succeeded ? 'done' : 'done-with-complaint';
  if (changed) return 'partly';
  return succeeded ? 'nothing' : 'failed';
}
