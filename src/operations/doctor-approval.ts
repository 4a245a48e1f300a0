import { readApprovers } from '../approve/approvers.js';
import { loadPolicy, openState } from '../approve/index.js';
import { LockkeeperError } from '../core/errors.js';
import type { OperationContext } from './context.js';
import type { Check } from './doctor.js';
import { connectInput } from './target.js';

/** What approvals stand on here: the store, the policy, the keys of approvers, the journal. Makes nothing that is not there. */
export async function approvalChecks(context: OperationContext): Promise<Check[]> {
  const environment = context.environment ?? process.env;
  return [
    await checked('journal of runs', async () => {
      const { broken, lines } = await (await openState(environment)).journal.verify();
      if (broken !== null)
        throw new LockkeeperError('JOURNAL_BROKEN', broken, 'See lockkeeper audit verify. Nothing is run while it does not verify.');
      return { state: 'ok', detail: `${lines} lines, unbroken`, next: null };
    }),
    await checked('policy of approvals', async () => {
      const { sources } = await loadPolicy(environment);
      if (sources.length === 0) return { state: 'ok', detail: 'no file: the defaults hold', next: null };
      const weak = sources.find(({ strength }) => !strength.strong);
      const detail = sources.map(({ file, strength }) => `${file} is ${strength.strong ? 'strong' : 'weak'} (${strength.why})`).join('; ');
      return {
        state: weak === undefined ? 'ok' : 'absent',
        detail,
        next: weak === undefined ? null : 'An agent that runs as you can edit it. As root, put it into /etc/lockkeeper/policy.json.',
      };
    }),
    await checked('keys of approvers', async () => {
      const { list, file, strength } = await readApprovers(environment);
      if (file === null)
        return { state: 'absent', detail: 'nobody is enrolled', next: 'Runs on production need it: lockkeeper approve enroll' };
      const detail = `${list.length} in ${file}, ${strength.strong ? 'strong' : 'weak'}: ${strength.why}`;
      return {
        state: strength.strong ? 'ok' : 'absent',
        detail,
        next: strength.strong
          ? null
          : 'An agent that runs as you can add its own key. As root, put it into /etc/lockkeeper/approvers.json.',
      };
    }),
  ];
}

/**
 * Whether the credentials at hand can change the schema: then no approval of lockkeeper's stands between the agent and
 * the database. Null when they cannot.
 *
 * @param variable name of the environment variable with the address
 * @throws LockkeeperError as `connect`
 */
export async function directReach(variable: string, context: OperationContext): Promise<Check | null> {
  const [{ postgres }, { withSession }] = await Promise.all([import('../databases/postgres.js'), import('../databases/engine.js')]);
  const [rights] = await withSession(postgres, connectInput(variable, context), (session) =>
    session.query<{ ddl: boolean }>(
      `SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
          OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND pg_has_role(c.relowner, 'USAGE'))
          OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND has_schema_privilege(n.oid, 'CREATE')) AS ddl`,
    ),
  );
  if (rights?.ddl !== true) return null;
  return {
    name: `reach of ${variable}`,
    state: 'absent',
    detail: `this agent can reach ${variable}'s target with DDL rights without lockkeeper`,
    next: 'Give the agent a role that only reads, and keep the other credentials where `lockkeeper runner` runs. Until then every approval stops accidents, not an agent that goes around it.',
  };
}

async function checked(name: string, look: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    if (!(error instanceof LockkeeperError)) throw error;
    return { name, state: 'missing', detail: error.problem.message, next: error.problem.next };
  }
}
