import { classify, type Policy, type TargetEvidence } from '../../approve/index.js';
import type { PlanWorld } from '../../core/run-plan.js';
import { schemaFingerprint } from '../../core/schema.js';
import { version } from '../../core/version.js';
import { withSession } from '../../databases/engine.js';
import { postgres } from '../../databases/postgres.js';
import { gatherEvidence } from '../evidence.js';

/**
 * What a backfill stands on: the target and its schema. It has no files and no history; both are empty.
 *
 * @throws LockkeeperError as `connect`
 */
export async function surveyTarget(
  variable: string,
  environment: NodeJS.ProcessEnv,
  policy: Policy,
): Promise<{ world: PlanWorld; evidence: TargetEvidence; classBasis: string }> {
  return withSession(postgres, { variable, environment }, async (session) => {
    const evidence = await gatherEvidence(session, environment[variable] ?? '', variable);
    const schema = schemaFingerprint(await postgres.snapshot(session));
    const { class: targetClass, basis } = classify(evidence, policy);
    const world: PlanWorld = {
      lockkeeperVersion: version,
      policyHash: policy.hash,
      toolVersion: version,
      target: { ...evidence.identity, class: targetClass },
      schema,
      history: '',
      files: {},
    };
    return { world, evidence, classBasis: basis };
  });
}
