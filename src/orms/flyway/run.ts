/** Applies one version with the stack's own Flyway: program, Maven or Gradle. */
import { join } from 'node:path';
import { LockkeeperError } from '../../core/errors.js';
import type { Migration } from '../../core/stack.js';
import { runChild } from '../run/child.js';
import { toolEnvironment } from '../run/environment.js';
import type { TargetCall, ToolRun } from '../tool.js';
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
  const mode = new URL(address.url).searchParams.get('sslmode');
  const url = `jdbc:postgresql://${address.host}:${address.port}/${encodeURIComponent(address.database)}${mode === null ? '' : `?sslmode=${mode}`}`;
  const version = flywayVersion(migration.file);
  const target = version === null ? [] : [['target', version] as const];
  const result = await runChild({
    words: wordsOf(stack.command, [['url', url], ['user', address.user], ...target]),
    folder: join(call.repository.root, stack.folder),
    environment: toolEnvironment(call.environment, {
      FLYWAY_URL: url,
      FLYWAY_USER: address.user,
      ...(address.password === null ? {} : { FLYWAY_PASSWORD: address.password }),
      FLYWAY_POSTGRESQL_TRANSACTIONAL_LOCK: stack.settings?.['transactionalLock'] ?? 'true',
      FLYWAY_CLEAN_DISABLED: 'true',
    }),
    secrets: [address.password, address.url],
    ...(call.signal ? { signal: call.signal } : {}),
    ...(call.timeoutMs ? { timeoutMs: call.timeoutMs } : {}),
  });
  return {
    commands: [result.command],
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    said: result.said,
    error: result.exitCode === 0 ? null : errorOf(result.said),
    notes: version === null ? ['Flyway runs every repeatable migration that has changed, not this one alone.'] : [],
  };
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

function wordsOf(command: readonly string[], settings: readonly (readonly [string, string])[]): string[] {
  const program = command[0] ?? '';
  if (/gradle/.test(program)) return [...command, ...settings.map(([key, value]) => `-Pflyway.${key}=${value}`), 'flywayMigrate'];
  if (/mvn/.test(program)) return [...command, ...settings.map(([key, value]) => `-Dflyway.${key}=${value}`), 'flyway:migrate'];
  return [...command, ...settings.map(([key, value]) => `-${key}=${value}`), 'migrate'];
}

/** `SQL State  : 42P01` and `Message    : ERROR: …`. */
function errorOf(said: string): ToolRun['error'] {
  const sqlState = /SQL State\s*:\s*([0-9A-Z]{5})/.exec(said)?.[1] ?? null;
  const message = /Message\s*:\s*(?:ERROR:\s*)?(.+)/.exec(said)?.[1] ?? /ERROR: (.+)/.exec(said)?.[1] ?? null;
  return message === null ? null : { sqlState, message: message.trim() };
}
