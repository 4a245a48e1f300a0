import type { Rehearsal, RehearsalFinding, RehearsedMigration, RehearsedQuery, RehearsedStatement, WayBack } from '../../core/rehearsal.js';
import type { RehearsalPage } from '../schemas/rehearsal.js';
import type { ToolAnswer } from '../tool.js';
import { inArguments } from '../words.js';
import type { PageRequest } from './assessment-page.js';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.js';
import { bytesOf, type Detail, details, mostBytes, shown } from './detail.js';
import { listOf, type Part, takeParts } from './parts.js';
import { shownName, shownNames, shownPlace, shownProblem } from './shorten.js';

type PagedStatement = RehearsedStatement & { migration: string };

/**
 * A rehearsal as a tool answers it: findings, migrations, statements and queries, a part of each at a time.
 *
 * @throws LockkeeperError CURSOR_INVALID
 */
export function rehearsalPage(rehearsal: Rehearsal, request: PageRequest): ToolAnswer<RehearsalPage> {
  const statements = rehearsal.migrations.flatMap((migration) =>
    migration.statements.map((statement) => ({ ...statement, migration: migration.name })),
  );
  const queries = rehearsal.queries.filter((query) => query.before !== 'runs' || query.after === 'fails');
  const migrations = rehearsal.migrations.map(({ statements: _statements, ...rest }) => rest);
  const lists = [
    listOf(rehearsal.findings, shownRehearsalFinding),
    listOf(migrations, shownMigration),
    listOf(statements, shownStatement),
    listOf(queries, shownQuery),
  ];
  const print = () => fingerprintOf([rehearsal.fingerprint, ...lists.map((list) => String(list.length))]);
  const offsets =
    request.cursor === undefined
      ? lists.map(() => 0)
      : decodeCursor(
          request.cursor,
          lists.map((list) => list.length),
          print,
        );
  const pageWith = (detail: Detail): ToolAnswer<RehearsalPage> => {
    const problems = rehearsal.problems.slice(0, detail.innerList).map((each) => shownProblem(each, detail));
    const { taken, parts, next } = takeParts(
      lists,
      offsets,
      request.limit,
      Math.max(800, detail.bytes - 1_200 - bytesOf(problems)),
      detail,
    );
    const structured: RehearsalPage = {
      stack: rehearsal.stack,
      passed: rehearsal.passed,
      place: { ...rehearsal.place, doesNotProve: rehearsal.place.doesNotProve.map((text) => shown(text, detail.sentence)) },
      start: rehearsal.start,
      findings: taken[0] as RehearsalPage['findings'],
      migrations: taken[1] as RehearsalPage['migrations'],
      statements: taken[2] as RehearsalPage['statements'],
      queries: taken[3] as RehearsalPage['queries'],
      fingerprint: rehearsal.fingerprint,
      took: rehearsal.took,
      problems,
      page: {
        findings: parts[0] as Part,
        migrations: parts[1] as Part,
        statements: parts[2] as Part,
        queries: parts[3] as Part,
        queriesTried: rehearsal.queries.length,
        cursor: next === null ? null : encodeCursor(next, print()),
        shortened: rehearsal.problems.length > problems.length ? [`problems: ${problems.length} of ${rehearsal.problems.length}`] : [],
      },
    };
    return { structured, text: summary(rehearsal, structured, detail) };
  };
  const answer = pageWith(details[request.format]);
  return bytesOf(answer) <= mostBytes ? answer : pageWith(details.minimal);
}

function shownRehearsalFinding(finding: RehearsalFinding, detail: Detail): RehearsalFinding {
  return {
    ...finding,
    migration: shownName(finding.migration),
    source: finding.source && shownPlace(finding.source),
    title: shown(finding.title, detail.sentence),
    why: shown(finding.why, detail.sentence),
    next: shown(inArguments(finding.next), detail.sentence),
  };
}

function shownMigration(migration: Omit<RehearsedMigration, 'statements'>, detail: Detail): Omit<RehearsedMigration, 'statements'> {
  return {
    name: shownName(migration.name),
    succeeded: migration.succeeded,
    error: migration.error && { ...migration.error, message: shown(migration.error.message, detail.sentence) },
    schemaChanges: shownNames(migration.schemaChanges, detail.innerList),
    leftInvalid: shownNames(migration.leftInvalid, detail.innerList),
    wayBack: shownWayBack(migration.wayBack, detail),
    filled: migration.filled.slice(0, detail.innerList).map((table) => ({
      table: shownName(table.table),
      rows: table.rows,
      shapes: shownNames(table.shapes, detail.innerList),
      unfilled: table.unfilled
        .slice(0, detail.innerList)
        .map((each) => ({ shape: shown(each.shape, 200), why: shown(each.why, detail.sentence) })),
    })),
  };
}

function shownWayBack(way: WayBack, detail: Detail): WayBack {
  return {
    ...way,
    says: shown(way.says, detail.sentence),
    differences: shownNames(way.differences, detail.innerList),
    lost: shownNames(way.lost, detail.innerList),
    rollback: way.rollback && {
      ...way.rollback,
      sql: shown(way.rollback.sql, detail.fixSql),
      proven: shown(way.rollback.proven, detail.sentence),
      file: shownName(way.rollback.file),
    },
  };
}

function shownStatement(statement: PagedStatement, detail: Detail): PagedStatement {
  const names = (list: readonly string[]): string[] => shownNames(list, detail.innerList);
  return {
    ...statement,
    migration: shownName(statement.migration),
    sql: shown(statement.sql, detail.sql),
    source: statement.source && shownPlace(statement.source),
    locks: statement.locks?.slice(0, detail.innerList).map((lock) => ({ ...lock, relation: shownName(lock.relation) })) ?? null,
    rewrites: names(statement.rewrites),
    scans: names(statement.scans),
    indexBuilds: names(statement.indexBuilds),
    error: statement.error && { ...statement.error, message: shown(statement.error.message, detail.sentence) },
    differences: statement.differences.slice(0, detail.innerList).map((text) => shown(text, detail.sentence)),
  };
}

function shownQuery(query: RehearsedQuery, detail: Detail): RehearsedQuery {
  return {
    ...query,
    source: query.source && shownPlace(query.source),
    sql: shown(query.sql, detail.sql),
    brokenBy: query.brokenBy && shownName(query.brokenBy),
    error: query.error && shown(query.error, detail.sentence),
  };
}

function summary(rehearsal: Rehearsal, page: RehearsalPage, detail: Detail): string {
  const lines = [
    `${rehearsal.stack}: ${rehearsal.passed ? 'passed' : 'NOT passed'} on ${rehearsal.place.what}, from ${rehearsal.start.what}.`,
    ...rehearsal.migrations
      .slice(0, detail.textLines)
      .map((each) => `- ${shownName(each.name)}: ${each.succeeded ? 'ran' : 'FAILED'}; ${shown(each.wayBack.says, 200)}`),
    ...rehearsal.findings
      .filter((finding) => finding.severity !== 'low')
      .slice(0, detail.textLines)
      .map((finding) => `${finding.severity}, ${finding.certainty}: ${shown(finding.title, 200)}`),
    ...rehearsal.place.doesNotProve.map((text) => `Not proven: ${text}`),
  ];
  if (page.page.cursor !== null) lines.push('page.cursor leads to the next part.');
  return lines.join('\n');
}
