import type { LockkeeperProblem } from '../core/errors.js';
import type { Facts } from '../core/facts.js';
import type { CatalogState } from '../sql/catalog/types.js';
import { type OperationContext, stopWhenCancelled } from './context.js';

/** What a read-only look at the target gave; facts and catalog are null without a connection. */
export interface Target {
  facts: Facts | null;
  catalog: CatalogState | null;
  problems: LockkeeperProblem[];
}

/**
 * Looks at the target: sizes, traffic and schema, over one read-only connection that is closed again.
 *
 * @param variable name of the environment variable with its address; without one nothing is known
 * @throws LockkeeperError DATABASE_VARIABLE_UNSET, DATABASE_UNREACHABLE, DATABASE_REFUSED, DATABASE_TOO_OLD, BAD_USAGE
 */
export async function readTarget(variable: string | undefined, context: OperationContext): Promise<Target> {
  if (variable === undefined) return { facts: null, catalog: null, problems: [] };
  stopWhenCancelled(context);
  context.progress?.(0, 1, 'reading the catalog of the target');
  const [{ postgres }, { withSession }] = await Promise.all([import('../databases/postgres.js'), import('../databases/engine.js')]);
  return withSession(postgres, connectInput(variable, context), async (session) => {
    const facts = await postgres.facts(session);
    const catalog = await postgres.catalog(session);
    const problems = session.notes.map(
      (note): LockkeeperProblem => ({ code: 'DATABASE_REFUSED', message: note, next: 'The rest was read.' }),
    );
    return { facts, catalog, problems };
  });
}

/** Tries to reach a database and says which version answered. Throws as `readTarget`. */
export async function tryTarget(variable: string, context: OperationContext): Promise<string> {
  const [{ postgres }, { withSession }] = await Promise.all([import('../databases/postgres.js'), import('../databases/engine.js')]);
  return withSession(postgres, connectInput(variable, context), async (session) => `PostgreSQL ${session.version} answers`);
}

/** How a target is reached in an operation. */
export function connectInput(
  variable: string,
  context: OperationContext,
): { variable: string; environment?: NodeJS.ProcessEnv; signal?: AbortSignal } {
  return {
    variable,
    ...(context.environment ? { environment: context.environment } : {}),
    ...(context.signal ? { signal: context.signal } : {}),
  };
}
