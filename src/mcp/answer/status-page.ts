import type { MigrationStatus, Recovery } from '../../core/history.js';
import type { Status } from '../../operations/status.js';
import type { StatusPage } from '../schemas/history.js';
import type { ToolAnswer } from '../tool.js';
import type { PageRequest } from './assessment-page.js';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.js';
import { bytesOf, type Detail, details, mostBytes, shown } from './detail.js';
import { listOf, type Part, takeParts } from './parts.js';
import { shownName, shownNames, shownProblem } from './shorten.js';

/**
 * A status as a tool answers it: bounded, the newest migrations first, since the oldest hundred are of no interest.
 *
 * @throws LockkeeperError CURSOR_INVALID
 */
export function statusPage(status: Status, request: PageRequest): ToolAnswer<StatusPage> {
  const newestFirst = [...status.migrations].reverse();
  const list = listOf(newestFirst, shownMigration);
  const print = () => fingerprintOf(status.migrations.map((each) => `${each.name} ${each.state}`));
  const offsets = request.cursor === undefined ? [0] : decodeCursor(request.cursor, [list.length], print);
  const pageWith = (detail: Detail): ToolAnswer<StatusPage> => {
    const recoveries = status.recoveries.slice(0, detail.innerList).map((each) => shownRecovery(each, detail));
    const problems = status.problems.slice(0, detail.innerList).map((each) => shownProblem(each, detail));
    const room = Math.max(800, detail.bytes - bytesOf(recoveries) - bytesOf(problems));
    const { taken, parts, next } = takeParts([list], offsets, request.limit, room, detail);
    const shortened = [
      status.recoveries.length > recoveries.length ? `recoveries: ${recoveries.length} of ${status.recoveries.length}` : '',
      status.problems.length > problems.length ? `problems: ${problems.length} of ${status.problems.length}` : '',
    ].filter((text) => text !== '');
    const structured: StatusPage = {
      ...status,
      table: shownName(status.table),
      migrations: (taken[0] ?? []) as MigrationStatus[],
      next: shownNames(status.next, detail.innerList),
      recoveries,
      problems,
      page: { migrations: parts[0] as Part, cursor: next === null ? null : encodeCursor(next, print()), shortened },
    };
    return { structured, text: summary(structured, detail) };
  };
  const answer = pageWith(details[request.format]);
  return bytesOf(answer) <= mostBytes ? answer : pageWith(details.minimal);
}

function shownMigration(migration: MigrationStatus, detail: Detail): MigrationStatus {
  return { ...migration, name: shownName(migration.name), detail: migration.detail && shown(migration.detail, detail.sentence) };
}

function shownRecovery(recovery: Recovery, detail: Detail): Recovery {
  return {
    kind: recovery.kind,
    migration: recovery.migration && shownName(recovery.migration),
    title: shown(recovery.title, detail.sentence),
    why: shown(recovery.why, detail.sentence),
    steps: recovery.steps.slice(0, detail.innerList).map((step) => ({
      says: shown(step.says, detail.sentence),
      command: step.command && shown(step.command, detail.sentence),
      sql: step.sql && shown(step.sql, detail.sql),
    })),
  };
}

function summary(status: StatusPage, detail: Detail): string {
  const { counts } = status;
  const lines = [
    `${status.stack}: ${counts.applied} applied, ${counts.pending} pending, ${counts.failed} failed, ${counts.skipped} skipped, ${counts.missing} missing, ${counts.edited} edited.`,
  ];
  if (!status.exists) lines.push(`There is no history table ${status.table} yet.`);
  for (const recovery of status.recoveries.slice(0, detail.textLines)) lines.push(`- ${shown(recovery.title, 200)}`);
  if (status.page.cursor !== null) lines.push('page.cursor leads to the next part.');
  return lines.join('\n');
}
