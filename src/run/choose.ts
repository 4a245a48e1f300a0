import { LockkeeperError } from '../core/errors.js';
import type { History } from '../core/history.js';
import type { Migration } from '../core/stack.js';

/**
 * The migrations that a run is for: the next pending ones, or the newest applied ones, in the order in which they run.
 *
 * @throws LockkeeperError HISTORY_BLOCKED, NOTHING_TO_DO, MIGRATION_NOT_FOUND
 */
export function chosenMigrations(
  migrations: readonly Migration[],
  history: History,
  direction: 'up' | 'down',
  count: number,
): Migration[] {
  const applied = history.migrations.filter((each) => each.state === 'applied').map((each) => each.name);
  const names = direction === 'up' ? history.next : applied.reverse();
  if (names.length === 0) throw noneLeft(history, direction);
  return names.slice(0, count).map((name) => {
    const found = migrations.find((each) => each.name === name);
    if (found) return found;
    throw new LockkeeperError(
      'MIGRATION_NOT_FOUND',
      `${name} is applied, and its files are not there.`,
      'Restore its files from version control first.',
    );
  });
}

function noneLeft(history: History, direction: 'up' | 'down'): LockkeeperError {
  const wayOut = 'See lockkeeper status for the way out.';
  const failed = history.migrations.find((each) => each.state === 'failed');
  if (failed) return new LockkeeperError('HISTORY_BLOCKED', `${failed.name} has failed, and the tool goes no further.`, wayOut);
  const blocked = direction === 'up' && history.migrations.some((each) => each.state === 'pending' || each.state === 'unknown');
  if (blocked) {
    return new LockkeeperError('HISTORY_BLOCKED', history.recoveries[0]?.title ?? 'The tool applies nothing as things stand.', wayOut);
  }
  const none = direction === 'up' ? 'No migration is pending.' : 'No migration is applied.';
  return new LockkeeperError('NOTHING_TO_DO', none, 'See lockkeeper status.');
}
