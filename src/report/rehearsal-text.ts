import type { Rehearsal, RehearsalFinding, RehearsedMigration, RehearsedStatement } from '../core/rehearsal.js';
import { sanitise, sanitiseLine } from '../core/sanitise.js';
import { indentLines, type Ink, type Paper, paint, plainPaper, wrap } from './paper.js';
import { problemLines } from './problems-text.js';
import { count, placeText } from './words.js';

const inks: Record<RehearsalFinding['severity'], Ink> = { high: 'red', medium: 'yellow', low: 'blue' };

/** A rehearsal for a terminal: where, each migration there and back, what was found, and what was not proven. */
export function rehearsalText(rehearsal: Rehearsal, paper: Paper = plainPaper): string {
  const head = [
    `${paint(paper, sanitiseLine(rehearsal.stack), 'bold')}  ${paint(paper, rehearsal.passed ? 'passed' : 'not passed', rehearsal.passed ? 'green' : 'red')}  ${seconds(rehearsal.took.total)}`,
    paint(
      paper,
      wrap(
        paper,
        `on ${sanitise(rehearsal.place.what)}, from ${sanitise(rehearsal.start.what)}${rehearsal.start.kept ? ' (kept from an earlier rehearsal)' : ''}`,
        0,
      ),
      'dim',
    ),
  ].join('\n');
  const queries = rehearsal.queries.length === 0 ? '' : queryLine(rehearsal);
  const parts = [
    head,
    ...rehearsal.migrations.map((migration) => migrationText(migration, paper)),
    ...rehearsal.findings.filter((finding) => finding.kind !== 'prediction').map((finding) => findingText(finding, paper)),
    queries,
    paint(
      paper,
      ['Not proven by this:', ...rehearsal.place.doesNotProve.map((text) => wrap(paper, `- ${sanitise(text)}`, 2))].join('\n'),
      'dim',
    ),
    problemLines(rehearsal.problems, paper),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function migrationText(migration: RehearsedMigration, paper: Paper): string {
  const lines = [
    `${paint(paper, migration.succeeded ? '✓' : '✗', migration.succeeded ? 'green' : 'red')} ${paint(paper, sanitiseLine(migration.name), 'bold')}`,
  ];
  for (const statement of migration.statements.filter((each) => each.direction === 'up').slice(0, 30))
    lines.push(statementText(statement, paper));
  for (const table of migration.filled) {
    lines.push(
      paint(
        paper,
        wrap(paper, `rows made up in ${sanitiseLine(table.table)}: ${table.rows} (${table.shapes.map(sanitiseLine).join('; ')})`, 4),
        'dim',
      ),
    );
    for (const each of table.unfilled)
      lines.push(paint(paper, wrap(paper, `not made: ${sanitiseLine(each.shape)}: ${sanitiseLine(each.why)}`, 6), 'dim'));
  }
  const good = migration.wayBack.grade === 'reversible';
  lines.push(wrap(paper, `way back: ${paint(paper, sanitise(migration.wayBack.says), good ? 'green' : 'yellow')}`, 4));
  const { rollback } = migration.wayBack;
  if (rollback !== null) {
    lines.push(indentLines(sanitise(rollback.sql.trimEnd()), 6));
    lines.push(
      paint(
        paper,
        wrap(
          paper,
          rollback.written ? `written to ${sanitiseLine(rollback.file)}` : `--write-rollback keeps it as ${sanitiseLine(rollback.file)}`,
          6,
        ),
        'dim',
      ),
    );
  }
  return lines.join('\n');
}

function statementText(statement: RehearsedStatement, paper: Paper): string {
  const locks =
    statement.locks === null
      ? 'locks not seen'
      : statement.locks.map((lock) => `${lock.mode} on ${sanitiseLine(lock.relation)} for ${lock.heldMs} ms`).join(', ');
  const seen = [
    locks,
    statement.rewrites.length > 0 ? `rewrote ${statement.rewrites.map(sanitiseLine).join(', ')}` : '',
    statement.scans.length > 0 ? `read all of ${statement.scans.map(sanitiseLine).join(', ')}` : '',
    statement.indexBuilds.length > 0 ? `built ${statement.indexBuilds.map(sanitiseLine).join(', ')}` : '',
    statement.rows === null ? '' : count(statement.rows, 'row'),
    statement.error === null ? '' : `${statement.error.code}: ${sanitiseLine(statement.error.message)}`,
  ].filter((text) => text !== '');
  const lines = [
    wrap(paper, sanitiseLine(statement.sql).slice(0, 160), 4),
    paint(paper, wrap(paper, seen.join('; ') || 'no lock on a table that was there', 6), 'dim'),
  ];
  for (const difference of statement.differences)
    lines.push(paint(paper, wrap(paper, `not as predicted: ${sanitise(difference)}`, 6), 'yellow'));
  return lines.join('\n');
}

function findingText(finding: RehearsalFinding, paper: Paper): string {
  const place = finding.source === null ? '' : `  ${paint(paper, placeText(finding.source), 'dim')}`;
  return [
    `${paint(paper, finding.severity, inks[finding.severity])} (${finding.certainty}) ${sanitiseLine(finding.title)}${place}`,
    wrap(paper, sanitise(finding.why), 2),
    wrap(paper, sanitise(finding.next), 2),
  ].join('\n');
}

function queryLine(rehearsal: Rehearsal): string {
  const broken = rehearsal.queries.filter((query) => query.brokenBy !== null).length;
  const before = rehearsal.queries.filter((query) => query.before === 'fails').length;
  return `${count(rehearsal.queries.length, 'query', 'queries')} tried before and after: ${broken} broken${before > 0 ? `, ${before} did not run before either` : ''}`;
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
