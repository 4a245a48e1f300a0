/** Backs up what a plan would lose, and proves it on a throw-away database. */
import { join } from 'node:path';
import type { PlannedMigration, RunPlanBody } from '../core/run-plan.js';
import { openState } from '../approve/index.js';
import type { MigrationTool, ToolCall } from '../orms/tool.js';
import type { OperationContext } from './context.js';
import { connectInput } from './target.js';
import { withThrowAway } from './throw-away.js';

/**
 * Copies the tables that a plan touches, restores them and compares. The copy lies in the store of plans, outside every repository, readable by
 * its owner alone.
 *
 * @param throwAwayVariable environment variable with the address of a server for throw-away databases; the embedded one when absent
 * @throws LockkeeperError as `makeBackup`, `connect`, STORE_UNSAFE
 */
export async function backUp(
  stack: { tool: MigrationTool; call: ToolCall },
  variable: string,
  planned: readonly PlannedMigration[],
  throwAwayVariable: string | undefined,
  context: OperationContext,
): Promise<NonNullable<RunPlanBody['backup']>> {
  const [{ makeBackup, tablesAtRisk }, { look }] = await Promise.all([import('../run/backup.js'), import('../run/look.js')]);
  const { folder } = await openState(context.environment ?? process.env, { project: stack.call.repository.root });
  const { schema } = await look(stack.tool, stack.call, connectInput(variable, context));
  const { what, provenAt } = await withThrowAway(throwAwayVariable, context, ({ target }) =>
    makeBackup({
      text: stack.call.environment[variable] ?? '',
      variable,
      tables: tablesAtRisk(planned, schema),
      schema,
      folder: join(folder, 'backups'),
      throwAway: target.address.url,
      now: context.now?.() ?? new Date(),
    }),
  );
  return { what, provenAt };
}
