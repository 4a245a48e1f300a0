import { LockkeeperError } from '../core/errors.js';
import type { Migration, Stack } from '../core/stack.js';
import { migrationTools, type Repository } from '../orms/index.js';
import type { OperationContext } from './context.js';
import { callOf } from './stack-call.js';
import { connectInput } from './target.js';

/** Names of the migrations that the tool's next run would execute on a target, by its history table. Reads only. */
export async function pendingOn(
  repository: Repository,
  stack: Stack,
  migrations: readonly Migration[],
  variable: string,
  context: OperationContext,
): Promise<Set<string>> {
  const tool = migrationTools.find((each) => each.name === stack.tool);
  if (tool?.history === undefined) {
    throw new LockkeeperError('NOT_OFFERED', `The history of ${stack.tool} is not read.`, 'Name the migrations (--migrations).');
  }
  const [{ postgres }, { withSession }, { readHistory }] = await Promise.all([
    import('../databases/postgres.js'),
    import('../databases/engine.js'),
    import('../run/look.js'),
  ]);
  const call = callOf(repository, stack, migrations, context);
  const history = await withSession(postgres, connectInput(variable, context), (session) => readHistory(tool, call, session));
  return new Set(history.next);
}
