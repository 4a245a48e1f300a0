/** A judge for tests of everything around the judge: one statement a semicolon, one finding for each word it knows. */
import type { AssessedStatement } from '../../src/core/assessment.js';
import type { Finding, Severity } from '../../src/core/finding.js';
import type { Place } from '../../src/core/stack.js';
import type { AnalysisInput } from '../../src/sql/analysis.js';
import type { SteppingJudge } from '../../src/rules/judge.js';

const hazards: Record<string, Severity> = { DROP: 'high', INDEX: 'medium', COMMENT: 'low' };

/** Rule ids are `fake-drop`, `fake-index`, `fake-comment`; `GIBBERISH` cannot be analysed. `seen` collects what was asked. */
export function fakeJudge(seen: AnalysisInput[] = []): () => Promise<SteppingJudge> {
  return async () =>
    function* (input, options) {
      seen.push(input);
      const statements: AssessedStatement[] = [];
      const findings: Finding[] = [];
      const unanalysed = [];
      for (const unit of input.units.filter((each) => each.judged)) {
        for (const sql of unit.sql
          .split(';')
          .map((each) => each.trim())
          .filter((each) => each !== '')) {
          const source: Place | null = unit.file === null ? null : { file: unit.file, line: unit.firstLine };
          const analysed = !sql.includes('GIBBERISH');
          statements.push(statement(statements.length, sql, source, unit.migration, unit.direction, analysed));
          if (!analysed) unanalysed.push({ source, migration: unit.migration, reason: 'It cannot be parsed.', next: 'Correct it.' });
          for (const [word, severity] of Object.entries(hazards)) {
            const rule = `fake-${word.toLowerCase()}`;
            if (sql.includes(word) && options?.rules?.[rule] !== 'off')
              findings.push(finding(rule, severity, statements.length - 1, source));
          }
        }
      }
      return { statements, findings, unanalysed };
    };
}

/** A finding as a report may get it. */
export function finding(rule: string, severity: Severity, index: number | null, source: Place | null): Finding {
  return {
    rule,
    severity,
    statement: index,
    source,
    title: `Title of ${rule}`,
    why: `Writes to public.users wait while ${rule} is at work.`,
    fix: { summary: 'Build it without blocking writes', sql: 'CREATE INDEX CONCURRENTLY i ON users (email);' },
    evidence: ['static'],
    needs: ['tableSize'],
    destructive: rule === 'fake-drop',
  };
}

/** A statement as a report may get it. */
export function statement(
  index: number,
  sql: string,
  source: Place | null,
  migration: string | null = null,
  direction: 'up' | 'down' = 'up',
  analysed = true,
): AssessedStatement {
  return {
    index,
    sql,
    source,
    migration,
    direction,
    kind: analysed ? 'createIndex' : 'unknown',
    analysed,
    effects: {
      locks: [{ relation: 'public.users', mode: 'ShareLock', blocks: 'writes', transient: false }],
      rewrites: [],
      scans: ['public.users'],
      indexBuilds: ['public.i'],
      runsInTransaction: 'either',
      blocks: 'writes',
      estimate: null,
    },
  };
}
