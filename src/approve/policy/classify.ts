/** What a database is for: as people say, or as its marker says, or by evidence. Unknown is production. */
import { type TargetClass, targetClasses, type TargetIdentity } from '../../core/run-plan.js';
import { excerpt } from '../../core/sanitise.js';
import type { Policy } from './policy.js';

/** What was seen of a target, over a read-only connection. Null: could not be seen. */
export interface TargetEvidence {
  identity: TargetIdentity;
  /** Its address is this machine's own. A tunnel looks like that too, so it is never enough. */
  loopback: boolean;
  sizeBytes: number | null;
  /** Other clients that are connected to it. */
  otherClients: number | null;
  replicas: number | null;
  /**
   * `lockkeeper.class` of the database itself (`ALTER DATABASE … SET lockkeeper.class = 'staging'`), from
   * `pg_db_role_setting`. A session's own setting does not count: an address can set that.
   */
  marker: string | null;
}

const developmentName = /(?:^|[_\-.])(?:dev|devel|development|local|test|tests|testing|sandbox|scratch)(?:$|[_\-.\d])/i;
const productionName = /(?:^|[_\-.])(?:prod|production|live|main|master)(?:$|[_\-.\d])/i;
const mostDevelopmentBytes = 5 * 1024 ** 3;
const mostDevelopmentClients = 10;

/**
 * Tells the class of a target, and why.
 *
 * Evidence alone never makes a throw-away, and never anything but production of what people or a marker call production.
 * A marker that is stricter than what people listed wins: a physical copy has the same identity as its original.
 */
export function classify(evidence: TargetEvidence, policy: Policy): { class: TargetClass; basis: string } {
  const { database, systemIdentifier } = evidence.identity;
  const listed = policy.targets.find((each) => each.database === database && each.systemIdentifier === systemIdentifier)?.class;
  const marked = targetClasses.find((each) => each === evidence.marker);
  if (evidence.marker !== null && marked === undefined) {
    return { class: 'production', basis: `its marker lockkeeper.class says "${excerpt(evidence.marker, 40)}", which is no class` };
  }
  if (listed !== undefined && marked !== undefined && rank(marked) > rank(listed)) {
    return { class: marked, basis: `the policy lists it as ${listed}, and its marker lockkeeper.class says ${marked}: the stricter holds` };
  }
  if (listed !== undefined) return { class: listed, basis: 'the policy lists it' };
  const against = contradictions(evidence);
  if (marked !== undefined) {
    return rank(marked) < rank('staging') && against.length > 0
      ? { class: 'production', basis: `its marker lockkeeper.class says ${marked}, but ${against.join(' and ')}` }
      : { class: marked, basis: 'its marker lockkeeper.class says so' };
  }
  const missing = missingForDevelopment(evidence);
  return against.length === 0 && missing.length === 0
    ? { class: 'development', basis: 'it is on this machine, small, hardly used, not replicated, and named like one for development' }
    : { class: 'production', basis: `nobody said what it is for, and ${[...against, ...missing].join(', ')}` };
}

/** Throws nothing; true when the policy keeps runs off a target that is not listed. */
export function isUnlisted(evidence: TargetIdentity, policy: Policy): boolean {
  return !policy.targets.some((each) => each.database === evidence.database && each.systemIdentifier === evidence.systemIdentifier);
}

function contradictions(evidence: TargetEvidence): string[] {
  const against: string[] = [];
  if (productionName.test(evidence.identity.database)) against.push('its name speaks of production');
  if (evidence.replicas !== null && evidence.replicas > 0) against.push('its server has replicas');
  return against;
}

function missingForDevelopment(evidence: TargetEvidence): string[] {
  const missing: string[] = [];
  if (!evidence.loopback) missing.push('it is not on this machine');
  if (!developmentName.test(evidence.identity.database)) missing.push('its name does not speak of development');
  if (evidence.sizeBytes === null || evidence.sizeBytes > mostDevelopmentBytes) missing.push('it is large, or its size is unknown');
  if (evidence.otherClients === null || evidence.otherClients > mostDevelopmentClients)
    missing.push('many clients use it, or it is unknown how many');
  if (evidence.replicas === null) missing.push('whether it is replicated is unknown');
  return missing;
}

function rank(target: TargetClass): number {
  return targetClasses.indexOf(target);
}
