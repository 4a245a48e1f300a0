/** Applies one version with the stack's own Flyway: program, Maven or Gradle. */
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import { type ChildResult, runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { Address, TargetCall, ToolCall, ToolRun } from '../tool.js';
import { flywayVersion } from './version.js';

/**
 * `flyway -target=<version> migrate`.
 *
 * @throws LockkeeperError NOT_OFFERED for applications that run Flyway themselves, HISTORY_BLOCKED where it would hang
 */
export async function applyFlyway(call: TargetCall, migration: Migration): Promise<ToolRun> {
  const { stack, address } = call;
  if (stack.command === null) {
    throw new LockkeeperError(
      'NOT_OFFERED',
      `${stack.id} is run by the application when it starts; there is no command for it.`,
      'Add the Maven or Gradle plugin or a flyway.toml with the same locations, or start the application on a copy of the database.',
    );
  }
  refuseHang(call, migration);
  if (address.host.startsWith('/'))
    throw new LockkeeperError('TARGET_NOT_ADDRESSABLE', 'JDBC reaches no Unix socket.', 'Name the database by host and port.');
  const version = flywayVersion(migration.file);
  const result = await flywayMigrate(call, address, version);
  return {
    commands: [result.command],
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    said: result.said,
    error: result.exitCode === 0 ? null : errorOf(result.said),
    notes: repeatables(call, version),
  };
}

/**
 * Runs `migrate` of the stack's own Flyway.
 *
 * @param target the version to stop at; null for all, repeatable ones included
 * @param compiles the classes of the project come first, for migrations that are Java
 */
export function flywayMigrate(call: ToolCall, address: Address, target: string | null, compiles = false): Promise<ChildResult> {
  const { stack } = call;
  const mode = new URL(address.url).searchParams.get('sslmode');
  // Values of parameters as text: what is recorded can then be read.
  const parameters = [...(mode === null ? [] : [`sslmode=${mode}`]), ...(compiles ? ['binaryTransfer=false'] : [])];
  const url = `jdbc:postgresql://${address.host}:${address.port}/${encodeURIComponent(address.database)}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
  const settings = [['url', url], ['user', address.user], ...(target === null ? [] : [['target', target] as const])] as const;
  return runChild({
    words: wordsOf(stack.command ?? ['flyway'], settings, compiles),
    folder: join(call.repository.root, stack.folder),
    environment: toolEnvironment(call.environment, {
      FLYWAY_URL: url,
      FLYWAY_USER: address.user,
      ...(address.password === null ? {} : { FLYWAY_PASSWORD: address.password }),
      FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK: compiles ? 'false' : (stack.settings?.['transactionalLock'] ?? 'true'),
      FLYWAY_CLEAN_DISABLED: 'true',
      ...placeholders(call),
    }),
    secrets: [address.password, address.url],
    ...(call.signal ? { signal: call.signal } : {}),
    ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : compiles ? { timeoutMs: 10 * 60_000 } : {}),
  });
}

/** Those that run along: with a repeatable one, and with the newest version. Which of them have changed is seen afterwards. */
function repeatables(call: ToolCall, version: string | null): string[] {
  const names = call.migrations.filter((each) => flywayVersion(each.file) === null).map((each) => each.name);
  const newest = call.migrations.findLast((each) => flywayVersion(each.file) !== null);
  if (names.length === 0 || (version !== null && newest !== undefined && flywayVersion(newest.file) !== version)) return [];
  return [`Flyway runs every repeatable migration that has changed along with it: ${names.slice(0, 10).join(', ')}.`];
}

/** Values that the caller's environment gives to placeholders: they aim at no database. */
function placeholders({ environment }: ToolCall): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0].startsWith('FLYWAY_PLACEHOLDERS_'),
    ),
  );
}

/** Flyway has no way back in its open edition. @throws LockkeeperError NOT_OFFERED */
export function rollbackFlyway(_call: TargetCall, migration: Migration): Promise<ToolRun> {
  return Promise.reject(
    new LockkeeperError(
      'NOT_OFFERED',
      `Flyway takes nothing back in its open edition, ${migration.name} neither.`,
      'Create a new version that takes the change back: lockkeeper create, with the down SQL as its up.',
    ),
  );
}

/** With the default lock Flyway's own open transaction keeps CREATE INDEX CONCURRENTLY waiting for ever (measured, 11.20.3). */
function refuseHang(call: TargetCall, migration: Migration): void {
  if (call.stack.settings?.['transactionalLock'] === 'false' || !/\bconcurrently\b/i.test(migration.up?.sql ?? '')) return;
  throw new LockkeeperError(
    'HISTORY_BLOCKED',
    `${migration.name} would wait for ever: it runs CONCURRENTLY, and Flyway's lock holds a transaction open.`,
    'Set postgresql.transactional.lock to false in the configuration of Flyway.',
  );
}

function wordsOf(command: readonly string[], settings: readonly (readonly [string, string])[], compiles: boolean): string[] {
  const program = command[0] ?? '';
  const given = (prefix: string): string[] => settings.map(([key, value]) => `${prefix}${key}=${value}`);
  if (/gradle/.test(program)) return [...command, ...given('-Pflyway.'), ...(compiles ? ['classes'] : []), 'flywayMigrate'];
  if (/mvn/.test(program)) return [...command, ...given('-Dflyway.'), ...(compiles ? ['compile'] : []), 'flyway:migrate'];
  return [...command, ...given('-'), 'migrate'];
}

/** `SQL State  : 42P01` and `Message    : ERROR: …`. */
export function errorOf(said: string): ToolRun['error'] {
  const sqlState = /SQL State\s*:\s*([0-9A-Z]{5})/.exec(said)?.[1] ?? null;
  const message = /Message\s*:\s*(?:ERROR:\s*)?(.+)/.exec(said)?.[1] ?? /ERROR: (.+)/.exec(said)?.[1] ?? null;
  return message === null ? null : { sqlState, message: message.trim() };
}
