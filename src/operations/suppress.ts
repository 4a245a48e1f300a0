import type { AssessedStatement } from '../core/assessment.js';
import type { LockkeeperProblem } from '../core/errors.js';
import type { Finding, SuppressedFinding } from '../core/finding.js';
import { configFile, type Suppression } from './config.js';
import { globTest } from './glob.js';

export interface Sifted {
  findings: Finding[];
  suppressed: SuppressedFinding[];
  problems: LockkeeperProblem[];
}

/**
 * Sets accepted findings aside. A suppression that has expired hides nothing and is named; so is one that matches
 * nothing, but only among migrations that were judged.
 *
 * @param today as YYYY-MM-DD
 */
export function siftFindings(
  findings: readonly Finding[],
  statements: readonly AssessedStatement[],
  suppressions: readonly Suppression[],
  today: string,
): Sifted {
  const sifted: Sifted = { findings: [], suppressed: [], problems: [] };
  const matchers = suppressions.map((suppression) => ({
    suppression,
    matches: placeTest(suppression.place),
    used: false,
    expired: (suppression.expires ?? today) < today,
  }));
  const migrations = new Map(statements.map((statement) => [statement.index, statement.migration]));
  for (const finding of findings) {
    const migration = finding.statement === null ? null : (migrations.get(finding.statement) ?? null);
    const matching = matchers.filter(
      (each) => (each.suppression.rule === '*' || each.suppression.rule === finding.rule) && each.matches(finding, migration),
    );
    for (const each of matching) each.used = true;
    const holding = matching.find((each) => !each.expired);
    if (holding)
      sifted.suppressed.push({
        ...finding,
        suppression: { reason: holding.suppression.reason, expires: holding.suppression.expires ?? null },
      });
    else sifted.findings.push(finding);
  }
  for (const each of matchers) {
    const what = `The suppression of ${each.suppression.rule} at ${each.suppression.place}`;
    if (each.expired && each.used) {
      sifted.problems.push({
        code: 'SUPPRESSION_EXPIRED',
        message: `${what} expired on ${each.suppression.expires} and hides nothing any more.`,
        next: 'Correct the migration, or have the suppression renewed by a person.',
        file: configFile,
      });
    } else if (!each.used && judged(each.matches, statements)) {
      sifted.problems.push({
        code: 'SUPPRESSION_UNUSED',
        message: `${what} matches no finding.`,
        next: 'Remove it, or correct the rule and the place.',
        file: configFile,
      });
    }
  }
  return sifted;
}

type PlaceTest = (finding: { source: Finding['source'] }, migration: string | null) => boolean;

/** True when what the suppression is for was under judgement at all: one for another migration is not unused. */
function judged(matches: PlaceTest, statements: readonly AssessedStatement[]): boolean {
  return statements.some((statement) => matches(statement, statement.migration));
}

function placeTest(place: string): PlaceTest {
  const withLine = /^(.*):(\d+)$/.exec(place);
  const wholePlace = globTest(place);
  const file = withLine ? globTest(withLine[1] ?? '') : wholePlace;
  const line = withLine ? Number(withLine[2]) : null;
  return ({ source }, migration) => {
    if (migration !== null && wholePlace(migration)) return true;
    return source !== null && file(source.file) && (line === null || source.line === line);
  };
}
