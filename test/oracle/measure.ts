/** Runs all shapes on one server and says what each did, in roles instead of names. */
import type { TestServer } from '../support/servers.js';
import { prepareDatabases } from './databases.js';
import { openWorkplace } from './observe.js';
import { commonSetup } from './shapes/common.js';
import type { Observation, RoleShape, Shape } from './types.js';
import { type Outcome, toRoles } from './roles.js';

/** Observes the shapes that this server's major knows. Shapes with the same setup share a database. */
export async function observeAll<S extends Shape>(
  server: TestServer,
  shapes: readonly S[],
  seen: (shape: S, observation: Observation) => void,
  base = commonSetup,
): Promise<void> {
  const bySetup = new Map<string, S[]>();
  for (const shape of shapes) {
    const [first, last] = shape.versions ?? [0, Number.POSITIVE_INFINITY];
    if (server.major < first || server.major > last) continue;
    const group = bySetup.get(shape.setup) ?? [];
    bySetup.set(shape.setup, [...group, shape]);
  }
  const databases = await prepareDatabases(server, base);
  try {
    for (const [setup, group] of bySetup) {
      const workplace = await openWorkplace(databases, setup).catch((error: unknown) => {
        throw new Error(`PostgreSQL ${server.major}, shape "${group[0]?.id}": ${error instanceof Error ? error.message : String(error)}`);
      });
      try {
        for (const shape of group) seen(shape, await workplace.observe(shape));
      } finally {
        await workplace.end();
      }
    }
  } finally {
    await databases.end();
  }
}

/**
 * What this server does with each shape, by the shape's id.
 * @throws if a shape touches a relation that has no role in it; the message lists all of these.
 */
export async function measure(server: TestServer, shapes: readonly RoleShape[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const problems: string[] = [];
  await observeAll(server, shapes, (shape, observation) => {
    const { outcome, withoutRole } = toRoles(shape, observation);
    outcomes.set(shape.id, outcome);
    for (const problem of withoutRole) problems.push(`PostgreSQL ${server.major}, shape "${shape.id}": ${problem} has no role`);
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return outcomes;
}
