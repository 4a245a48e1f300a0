/** Backs up what a plan would lose, and proves it on a throw-away database. */
import { join } from 'node:path';
import type { PlannedMigration, RunPlanBody } from '../core/run-plan.js';
import { openState } from '../approve/index.js';
import type { MigrationTool, ToolCall } from '../orms/tool.js';
import type { OperationContext } from './context.js';
import { connectInput } from './target.js';

/**
 * Copies the tables that a plan touches, restores them and compares. The copy lies in the store of plans, outside every repository, readable by
 * its owner alone.
 *
 * @param target its variable, and its major version: the copy is restored on the nearest server that this machine has, or the embedded one
 * @param throwAwayVariable environment variable with the address of a server to restore on instead
 * @throws LockkeeperError as `makeBackup`, `connect`, STORE_UNSAFE
 */
export async function backUp(
  stack: { tool: MigrationTool; call: ToolCall },
  target: { variable: string; version: number },
  planned: readonly PlannedMigration[],
  throwAwayVariable: string | undefined,
  context: OperationContext,
): Promise<NonNullable<RunPlanBody['backup']>> {
  const { variable, version } = target;
  const [{ makeBackup, tablesAtRisk }, { look }, { choosePlace }] = await Promise.all([
    import('../run/backup.js'),
    import('../run/look.js'),
    import('../rehearse/places/choose.js'),
  ]);
  const { folder } = await openState(context.environment ?? process.env, { project: stack.call.repository.root });
  context.progress?.(0, 1, 'copying what would be lost');
  const { schema } = await look(stack.tool, stack.call, connectInput(variable, context));
  const place = await choosePlace({
    keepBase: false,
    server: throwAwayVariable === undefined ? null : connectInput(throwAwayVariable, context),
    kind: null,
    version,
    target: null,
    extensions: [...schema.objects.values()].filter(({ kind }) => kind === 'extension').map(({ name }) => name),
    environment: stack.call.environment,
    project: stack.call.repository.root,
    ...(context.signal ? { signal: context.signal } : {}),
  });
  try {
    const { database } = await place.open(null);
    const { what, provenAt } = await makeBackup({
      text: stack.call.environment[variable] ?? '',
      variable,
      tables: tablesAtRisk(planned, schema),
      schema,
      folder: join(folder, 'backups'),
      throwAway: database.address.url,
      now: context.now?.() ?? new Date(),
    });
    return { what, provenAt };
  } finally {
    await place.close();
  }
}
