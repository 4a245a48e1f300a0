/** Which level a target needs. Written by people, outside the repository; a repository can only tighten it. */
import { LockkeeperError } from '../../core/errors.js';
import { hashOf } from '../../core/hash.js';
import { type ApprovalLevel, approvalLevels, type TargetClass, targetClasses } from '../../core/run-plan.js';
import { readIfThere } from '../private-files.js';
import { type Strength, strengthOf } from '../who-can-write.js';
import { humanFiles } from '../human-files.js';
import { type LevelTable, type PolicyFile, policyFileSchema, type RepositoryPolicy } from './schema.js';

export interface Policy {
  targets: PolicyFile['targets'];
  levels: LevelTable;
  onlyListed: boolean;
  requireStrongKeys: boolean;
  /** A person said that the agent does not have the credentials of this user. */
  runner: boolean;
  /** Minutes; null: the default of the level. */
  planMinutes: number | null;
  /** Of everything above. It is in every plan and every line of the journal. */
  hash: string;
  /** Files that it was read from, and who can write them. Empty: the defaults. */
  sources: { file: string; strength: Strength }[];
}

/** What holds without any file. */
const defaults: LevelTable = {
  throwaway: { level: 'none', destructive: 'none' },
  development: { level: 'A', destructive: 'B' },
  staging: { level: 'A', destructive: 'B' },
  production: { level: 'B', destructive: 'C' },
};

/** Nobody can go below these. */
const floors: LevelTable = {
  throwaway: { level: 'none', destructive: 'none' },
  development: { level: 'none', destructive: 'A' },
  staging: { level: 'A', destructive: 'A' },
  production: { level: 'B', destructive: 'B' },
};

/**
 * The policy in force: the administrator's file, else the person's own, else the defaults. A person's own file can only
 * tighten the administrator's, and a repository can only tighten both.
 *
 * @param environment where the person's configuration folder is looked up
 * @param repository `policy` of the repository's configuration
 * @throws LockkeeperError POLICY_INVALID
 */
export async function loadPolicy(environment: NodeJS.ProcessEnv, repository?: RepositoryPolicy): Promise<Policy> {
  const files = humanFiles(environment);
  const managed = await readPolicyFile(files.managedPolicy);
  const own = await readPolicyFile(files.policy);
  const base = managed ?? own;
  let policy: Omit<Policy, 'hash' | 'sources'> = {
    targets: base?.targets ?? [],
    levels: atLeast(set(defaults, base?.levels ?? {}), floors),
    onlyListed: base?.onlyListed ?? false,
    requireStrongKeys: base?.requireStrongKeys ?? false,
    runner: base?.runner ?? false,
    planMinutes: base?.planMinutes ?? null,
  };
  if (managed !== null && own !== null) policy = tightened(policy, own);
  if (repository !== undefined) policy = tightened(policy, repository);
  const read = [...(managed === null ? [] : [files.managedPolicy]), ...(own === null ? [] : [files.policy])];
  const sources = await Promise.all(read.map(async (file) => ({ file, strength: await strengthOf(file) })));
  return { ...policy, hash: hashOf(policy), sources };
}

/**
 * Level that a plan needs, and whether the name of the database must be typed.
 *
 * @param destructive the plan loses data, or cannot be taken back
 */
export function requiredLevel(policy: Policy, target: TargetClass, destructive: boolean): { level: ApprovalLevel; typedName: boolean } {
  const { level, destructive: forDestructive } = policy.levels[target];
  const needed = destructive ? stricter(level, forDestructive) : level;
  return { level: needed, typedName: needed !== 'none' && (destructive || target === 'production') };
}

/** How long a plan of this level may wait for its approval. Milliseconds. */
export function planLifetimeMs(policy: Policy, level: ApprovalLevel): number {
  return (policy.planMinutes ?? (level === 'C' ? 1440 : 15)) * 60_000;
}

async function readPolicyFile(file: string): Promise<PolicyFile | null> {
  const text = await readIfThere(file).catch(() => {
    throw invalid(file, 'it cannot be read');
  });
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(file, 'it is not JSON');
  }
  const parsed = policyFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(file, parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`).join('; '));
}

/** A person's targets beyond the administrator's count as production whatever they say, so they are left out. */
function tightened(policy: Omit<Policy, 'hash' | 'sources'>, by: RepositoryPolicy | PolicyFile): Omit<Policy, 'hash' | 'sources'> {
  const minutes = [policy.planMinutes, by.planMinutes ?? null].filter((each): each is number => each !== null);
  return {
    ...policy,
    levels: atLeast(policy.levels, set(floors, by.levels)),
    onlyListed: policy.onlyListed || by.onlyListed === true,
    requireStrongKeys: policy.requireStrongKeys || by.requireStrongKeys === true,
    planMinutes: minutes.length === 0 ? null : Math.min(...minutes),
  };
}

function set(table: LevelTable, by: PolicyFile['levels']): LevelTable {
  return byClass((each) => ({
    level: by[each]?.level ?? table[each].level,
    destructive: by[each]?.destructive ?? table[each].destructive,
  }));
}

function atLeast(table: LevelTable, least: LevelTable): LevelTable {
  return byClass((each) => ({
    level: stricter(table[each].level, least[each].level),
    destructive: stricter(table[each].destructive, least[each].destructive),
  }));
}

function byClass(make: (target: TargetClass) => LevelTable[TargetClass]): LevelTable {
  return Object.fromEntries(targetClasses.map((each) => [each, make(each)])) as LevelTable;
}

function stricter(a: ApprovalLevel, b: ApprovalLevel): ApprovalLevel {
  return approvalLevels.indexOf(a) >= approvalLevels.indexOf(b) ? a : b;
}

function invalid(file: string, why: string): LockkeeperError {
  return new LockkeeperError(
    'POLICY_INVALID',
    `${file} is not valid: ${why}.`,
    'Correct it; nothing is run while it cannot be understood.',
  );
}
