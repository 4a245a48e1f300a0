/** The migration files of a stack, run one by one by its real tool on a throw-away database. */
import { LockkeeperError } from '../core/errors.js';
import type { SchemaSnapshot } from '../core/schema.js';
import type { Migration } from '../core/stack.js';
import { withSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import type { Address, MigrationTool, ToolCall } from '../orms/tool.js';

export interface ReplayInput {
  tool: MigrationTool;
  call: ToolCall;
  /** An empty throw-away. */
  address: Address;
  /** What is run, in the tool's order. */
  migrations: readonly Migration[];
  /** After each migration, with the schema before it and after. */
  onStep: (migration: string, before: SchemaSnapshot, after: SchemaSnapshot) => void;
  progress?: (done: number, total: number, message: string) => void;
}

/**
 * Runs migrations on a throw-away.
 *
 * @returns the schema after the last, with the tool's history table in it
 * @throws LockkeeperError TOOL_FAILED with the tool's words, NOT_OFFERED, TOOL_NOT_FOUND, CANCELLED
 */
export async function replay(input: ReplayInput): Promise<SchemaSnapshot> {
  const { tool, call, address, migrations } = input;
  let schema = await readThrowAway(address);
  for (const [at, migration] of migrations.entries()) {
    if (call.signal?.aborted) throw new LockkeeperError('CANCELLED', 'The call was cancelled.', 'Call again when you need the answer.');
    input.progress?.(at, migrations.length, `replaying ${migration.name}`);
    await applyOne(tool, call, address, migration);
    const after = await readThrowAway(address);
    input.onStep(migration.name, schema, after);
    schema = after;
  }
  return schema;
}

/** The schema of a throw-away. */
export function readThrowAway(address: Address): Promise<SchemaSnapshot> {
  return withSession(postgres, { variable: 'THROWAWAY', environment: { THROWAWAY: address.url } }, (session) => postgres.snapshot(session));
}

/** One migration with the stack's own tool. @throws LockkeeperError TOOL_FAILED, NOT_OFFERED */
export async function applyOne(tool: MigrationTool, call: ToolCall, address: Address, migration: Migration): Promise<void> {
  if (tool.apply === undefined)
    throw new LockkeeperError('NOT_OFFERED', `${tool.name} cannot be run one migration at a time.`, 'Compare two databases instead.');
  const ran = await tool.apply({ ...call, address }, migration);
  if (ran.exitCode === 0) return;
  throw new LockkeeperError(
    'TOOL_FAILED',
    `${migration.name} does not run on an empty database: ${ran.error?.message ?? ran.said.split('\n').slice(-4).join(' ')}`,
    'If it needs what the embedded PostgreSQL does not have, name a server of the version of the target with --throwaway-server-env.',
  );
}
