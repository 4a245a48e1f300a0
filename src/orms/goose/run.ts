/** Applies and takes back one goose migration with the stack's own program. */
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import { join } from 'node:path';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment, turnedVariables } from '../run/environment.js';
import type { Address, TargetCall, ToolCall, ToolRun } from '../tool.js';
import { parseGoose } from './annotations.js';
import { buildGoose, goFolders } from './build.js';
import { gooseVersion } from './history.js';
import { isSecret, variablesOf } from './variables.js';

/** `goose up-by-one`: the next one only. The caller knows that it is the one. */
export function applyGoose(call: TargetCall, migration: Migration): Promise<ToolRun> {
  return goose(call, migration, 'up-by-one');
}

/** `goose up-to <version>`: everything up to it. A program of Go migrations goes one step, and what it leaves out is applied one by one. */
export function applyGooseUntil(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const hasGo = goFolders(call.repository, call.stack.migrationFolders).length > 0;
  return hasGo ? goose(call, migration, 'up-by-one') : goose(call, migration, 'up-to', [gooseVersion(migration).toString()]);
}

/** `goose down`. Without a Down section goose would delete the record and undo nothing, so it is not asked. */
export async function rollbackGoose(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const down = migration.file.endsWith('.go') ? null : parseGoose(migration.file, call.repository.tryRead(migration.file) ?? '').down;
  if (!migration.file.endsWith('.go') && (down === null || down.sql.trim() === '')) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${migration.name} has no Down section: goose down would delete its record and undo nothing.`,
      'Write the Down section, or a new migration that takes the change back.',
    );
  }
  return goose(call, migration, 'down');
}

/** What the program around Go migrations is told, as its environment. */
export function requestOf(
  call: ToolCall,
  address: Address,
  mode: 'up' | 'down' | 'record',
  more: { answer: string; first: bigint; last: bigint } = { answer: '', first: 0n, last: 0n },
): Record<string, string> {
  const { repository, stack } = call;
  const request = {
    Mode: mode,
    Url: address.url,
    Dir: join(repository.root, stack.migrationFolders[0] ?? stack.folder),
    Table: tableOf(call),
    Root: `${repository.root}/`,
    Answer: more.answer,
    First: Number(more.first),
    Last: Number(more.last),
  };
  const variables = call.migrations.map((each) => variablesOf(call, each.file).set);
  return toolEnvironment(call.environment, {
    ...Object.assign({}, ...variables),
    ...turnedVariables(call.environment, address),
    LOCKKEEPER_REQUEST: JSON.stringify(request),
  });
}

async function goose(
  call: TargetCall,
  migration: Migration,
  command: 'up-by-one' | 'up-to' | 'down',
  words: string[] = [],
): Promise<ToolRun> {
  const variables = variablesOf(call, migration.file);
  if (variables.unset.length > 0) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `${migration.name} takes ${variables.unset.join(', ')} from the environment, and there it is not set: goose would put in nothing.`,
      'Set it as it is set where the migrations are deployed.',
    );
  }
  const notes =
    Object.keys(variables.set).length === 0 ? [] : [`ENVSUB took ${Object.keys(variables.set).join(', ')} from the environment.`];
  const hasGo = goFolders(call.repository, call.stack.migrationFolders).length > 0;
  return hasGo
    ? ofProgram(call, migration, command === 'down' ? 'down' : 'up-by-one', notes)
    : ofCommand(call, migration, [command, ...words], variables.set, notes);
}

/** The goose program itself. */
async function ofCommand(
  call: TargetCall,
  migration: Migration,
  words: string[],
  variables: Record<string, string>,
  notes: string[],
): Promise<ToolRun> {
  const { stack, address } = call;
  const folder = stack.migrationFolders[0] ?? stack.folder;
  const result = await runChild({
    words: [...(stack.command ?? ['goose']), '-env=none', '-dir', join(call.repository.root, folder), '-table', tableOf(call), ...words],
    folder: join(call.repository.root, stack.folder),
    environment: toolEnvironment(call.environment, { ...variables, GOOSE_DRIVER: 'postgres', GOOSE_DBSTRING: address.url }),
    secrets: secretsOf(call, variables),
    ...limits(call),
  });
  return runOf(result, result.command, migration, notes);
}

/** Go migrations run only in a program that holds them; it is built anew each time, which the compiler's cache makes short. */
async function ofProgram(call: TargetCall, migration: Migration, command: 'up-by-one' | 'down', notes: string[]): Promise<ToolRun> {
  const program = await buildGoose(call);
  try {
    if (program.path === null) return runOf(program.build, program.build.command, migration, notes);
    const result = await runChild({
      words: [program.path],
      folder: join(call.repository.root, call.stack.folder),
      environment: requestOf(call, call.address, command === 'down' ? 'down' : 'up'),
      secrets: secretsOf(call, {}),
      ...limits(call),
    });
    const ran = 'Code of the project ran: the packages of its Go migrations, in a program that was built outside of the module.';
    return runOf(result, ['goose', command], migration, [...notes, ran]);
  } finally {
    await program.remove();
  }
}

function tableOf(call: ToolCall): string {
  return call.stack.settings?.['historyTable'] ?? 'goose_db_version';
}

function secretsOf(call: TargetCall, variables: Record<string, string>): (string | null)[] {
  const values = Object.entries(variables).flatMap(([name, value]) => (isSecret(name, value) ? [value] : []));
  return [call.address.password, call.address.url, call.repository.root, ...values];
}

function limits(call: TargetCall): { signal?: AbortSignal; timeoutMs?: number } {
  return { ...(call.signal ? { signal: call.signal } : {}), ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}) };
}

function runOf(result: ChildResult, command: string[], migration: Migration, notes: string[]): ToolRun {
  const { exitCode, timedOut, said } = result;
  return { commands: [command], exitCode, timedOut, said, error: errorOf(said, migration), notes };
}

/** `ERROR: relation "x" does not exist (SQLSTATE 42P01)`, as goose passes it on; lib/pq writes `pq: …`. */
function errorOf(said: string, migration: Migration): ToolRun['error'] {
  const found = /ERROR: ((?:(?!ERROR: ).)*?) \(SQLSTATE ([0-9A-Z]{5})\)/s.exec(said);
  if (found) return { sqlState: found[2]!, message: found[1]! };
  const ofPq = /\bpq: (.*)/.exec(said)?.[1];
  if (ofPq !== undefined) return { sqlState: null, message: ofPq };
  const panic = /goose run: .*|panic: .*|ERROR .*/.exec(said)?.[0];
  return panic === undefined || !said.includes(migration.name) ? null : { sqlState: null, message: panic };
}
