import { humanFiles } from '../approve/human-files.js';
import type { TargetClass } from '../core/run-plan.js';
import type { OperationContext } from './context.js';
import { connectInput } from './target.js';

/**
 * The entry of the policy file that says what a database is for, and the file that it belongs in.
 *
 * @param variable name of the environment variable with its address
 * @throws LockkeeperError as `connect`
 */
export async function policyEntry(
  variable: string,
  target: TargetClass,
  context: OperationContext,
): Promise<{ entry: { database: string; systemIdentifier: string | null; class: TargetClass }; file: string }> {
  const [{ postgres }, { withSession }] = await Promise.all([import('../databases/postgres.js'), import('../databases/engine.js')]);
  const { database, systemIdentifier } = await withSession(postgres, connectInput(variable, context), (session) =>
    postgres.fingerprint(session),
  );
  return { entry: { database, systemIdentifier, class: target }, file: humanFiles(context.environment ?? process.env).policy };
}
