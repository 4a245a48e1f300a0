/** Says an observation in the roles of its shape instead of in the names of the setup. */
import type { LockMode } from '../../src/core/effects.js';
import type { Observation, RoleShape } from './types.js';

/** What a statement does to the relations in their roles. */
export interface Outcome {
  locks: Record<string, LockMode>;
  rewrites: string[];
  scans: string[];
  /**
   * A role, for an index that has one. Otherwise the role of its table with what was built on it: `target.newIndex` one that was
   * not there before, `target.allIndexes` every index it had, `target.someIndexes` some of them.
   */
  indexBuilds: string[];
  /** SQLSTATE. */
  error: string | null;
  runsInTransaction: boolean;
}

/** The outcome, and what was touched without having a role: that must not be lost unseen. */
export function toRoles(shape: RoleShape, observation: Observation): { outcome: Outcome; withoutRole: string[] } {
  const roleOf = rolesByRelation(shape);
  const withoutRole = new Set<string>();
  const role = (relation: string, what: string): string => {
    const found = roleOf.get(relation);
    if (!found) withoutRole.add(`${relation} (${what})`);
    return found ?? relation;
  };
  const locks = Object.entries(observation.locks).map(([relation, mode]): [string, LockMode] => [role(relation, mode), mode]);
  const indexBuilds = observation.indexBuilds.map((index) => {
    const ownRole = roleOf.get(index);
    if (ownRole) return ownRole;
    const { table, existed } = observation.builtOn[index] ?? { table: index, existed: false };
    const { before, rebuilt } = observation.indexesOf[table] ?? { before: 0, rebuilt: 0 };
    return `${role(table, 'index build')}.${existed ? (rebuilt === before ? 'allIndexes' : 'someIndexes') : 'newIndex'}`;
  });
  const outcome: Outcome = {
    locks: Object.fromEntries(locks.sort(([a], [b]) => (a < b ? -1 : 1))),
    rewrites: observation.rewrites.map((relation) => role(relation, 'rewrite')).sort(),
    scans: observation.scans.map((relation) => role(relation, 'scan')).sort(),
    indexBuilds: [...new Set(indexBuilds)].sort(),
    error: observation.error?.code ?? null,
    runsInTransaction: observation.runsInTransaction,
  };
  return { outcome, withoutRole: [...withoutRole] };
}

function rolesByRelation(shape: RoleShape): Map<string, string> {
  const roles = new Map<string, string>();
  for (const [role, relation] of Object.entries(shape.roles)) {
    const name = relation.includes('.') ? relation : `public.${relation}`;
    if (roles.has(name)) throw new Error(`shape "${shape.id}": ${name} has two roles, ${roles.get(name)} and ${role}`);
    roles.set(name, role);
  }
  return roles;
}
