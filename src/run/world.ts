/** What a plan stands on, read anew: before it is approved, and again under the lock before it runs. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import { classify, type Policy, type TargetEvidence } from '../approve/index.js';
import { hashOf } from '../core/hash.js';
import type { History } from '../core/history.js';
import type { PlanWorld } from '../core/run-plan.js';
import type { Migration } from '../core/stack.js';
import { version } from '../core/version.js';
import { type ConnectInput, withSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import type { MigrationTool, ToolCall } from '../orms/tool.js';
import { gatherEvidence } from './evidence.js';
import { look, type Look } from './look.js';

/** A stack and a target, as everything here needs them. */
export interface Ground {
  tool: MigrationTool;
  call: ToolCall;
  /** Name of the variable with the address. */
  variable: string;
  policy: Policy;
}

/** A target as it stands. */
export interface Surveyed {
  world: PlanWorld;
  look: Look;
  evidence: TargetEvidence;
  classBasis: string;
}

export function connectInputOf({ call, variable }: Ground): ConnectInput {
  return { variable, environment: call.environment, ...(call.signal ? { signal: call.signal } : {}) };
}

/**
 * Reads what a plan stands on.
 *
 * @param files paths in the repository
 * @throws LockkeeperError as `connect`
 */
export async function survey(ground: Ground, files: readonly string[]): Promise<Surveyed> {
  const { call, policy, tool, variable } = ground;
  const seen = await look(tool, call, connectInputOf(ground));
  const evidence = await withSession(postgres, connectInputOf(ground), (session) =>
    gatherEvidence(session, call.environment[variable] ?? '', variable),
  );
  const { class: targetClass, basis } = classify(evidence, policy);
  const digests: Record<string, string> = {};
  for (const path of files) {
    const bytes = await readFile(join(call.repository.root, path)).catch(() => null);
    if (bytes !== null) digests[path] = createHash('sha256').update(bytes).digest('hex');
  }
  return {
    world: {
      lockkeeperVersion: version,
      policyHash: policy.hash,
      toolVersion: call.stack.toolVersion,
      target: { ...evidence.identity, class: targetClass },
      schema: seen.fingerprint,
      history: historyHash(seen.history),
      files: digests,
    },
    look: seen,
    evidence,
    classBasis: basis,
  };
}

/** Names and states, in the tool's order. When a migration was applied is no part of it. */
export function historyHash(history: History): string {
  return hashOf(history.migrations.map(({ name, state, edited }) => [name, state, edited]));
}

/** Files that make a migration up: its scripts, and what stands beside them and decides how they run. */
export function filesOf(call: ToolCall, migration: Migration): string[] {
  const folder = dirname(migration.file);
  const beside = [`${migration.file}.conf`, join(folder, 'metadata.toml'), join(folder, 'down.sql')];
  const own = /\/(?:up|migration)\.sql$/.test(migration.file) ? beside : beside.slice(0, 1);
  const named = [migration.file, migration.up?.file, migration.down?.file, ...own];
  return [...new Set(named.filter((path): path is string => path !== undefined && call.repository.hasFile(path)))].sort();
}
