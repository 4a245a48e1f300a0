import { loadPolicy, openState, type Policy, type State } from '../approve/index.js';
import { loadRepositoryPolicy } from './config.js';
import type { OperationContext } from './context.js';

/** The store and the policy, as one call of an operation sees them. */
export interface OpenStore {
  state: State;
  policy: Policy;
  environment: NodeJS.ProcessEnv;
}

/**
 * Opens the store and reads the policy that holds for a project.
 *
 * @param project absolute real path; null where there is none, e.g. for the journal
 * @throws LockkeeperError STORE_UNSAFE, POLICY_INVALID, CONFIG_INVALID
 */
export async function openStore(project: string | null, context: OperationContext): Promise<OpenStore> {
  const environment = context.environment ?? process.env;
  const state = await openState(environment, { ...(context.now ? { now: context.now } : {}), ...(project === null ? {} : { project }) });
  const policy = await loadPolicy(environment, project === null ? undefined : await loadRepositoryPolicy(project));
  return { state, policy, environment };
}
