/** A rehearsal's result taken into an assessment: what was seen is evidence, what went wrong is a finding. */
import { LockkeeperError } from '../core/errors.js';
import type { Finding } from '../core/finding.js';
import type { Rehearsal, RehearsalFinding } from '../core/rehearsal.js';
import type { Judgement } from '../rules/judge.js';
import { placePath, readTextFile } from './gather/text-file.js';

/**
 * Reads what `lockkeeper rehearse --json` printed.
 *
 * @param file inside the project
 * @throws LockkeeperError BAD_USAGE when it is something else, PATH_NOT_FOUND, PATH_OUTSIDE_PROJECT
 */
export async function readRehearsal(file: string, root: string, workingFolder: string): Promise<Rehearsal> {
  const text = await readTextFile(await placePath(root, workingFolder, file));
  try {
    const read = JSON.parse(text) as Partial<Rehearsal>;
    if (Array.isArray(read.migrations) && Array.isArray(read.findings) && typeof read.fingerprint === 'string') return read as Rehearsal;
  } catch {
    // Told below.
  }
  throw new LockkeeperError('BAD_USAGE', `${file} is no result of a rehearsal.`, 'Make one: lockkeeper rehearse --json --output FILE.', {
    file,
  });
}

/**
 * Adds a rehearsal to a judgement. A statement that was seen to do what was predicted counts as rehearsed, and so do the
 * findings about it; statements that were not part of it stay as they are.
 */
export function takeIn(judgement: Judgement, rehearsal: Rehearsal): Judgement {
  const seen = new Map(
    rehearsal.migrations.flatMap((migration) =>
      migration.statements.map((statement) => [key(migration.name, statement.direction, statement.sql), statement] as const),
    ),
  );
  const rehearsed = new Set(
    judgement.statements
      .filter((statement) => {
        const there = seen.get(key(statement.migration ?? '', statement.direction, statement.sql));
        return there !== undefined && there.error === null && there.differences.length === 0;
      })
      .map((statement) => statement.index),
  );
  const named = new Set(judgement.statements.map((statement) => statement.migration));
  const added = rehearsal.findings.filter((finding) => finding.kind !== 'prediction' && named.has(finding.migration)).map(toFinding);
  return {
    ...judgement,
    findings: [
      ...judgement.findings.map(
        (finding): Finding =>
          finding.statement !== null && rehearsed.has(finding.statement)
            ? { ...finding, evidence: [...finding.evidence, 'rehearsed'] }
            : finding,
      ),
      ...added,
    ],
  };
}

function toFinding(finding: RehearsalFinding): Finding {
  return {
    rule: `rehearsal-${finding.kind}`,
    severity: finding.severity,
    statement: null,
    source: finding.source,
    title: finding.title,
    why: `${finding.why} (${finding.certainty})`,
    fix: { summary: finding.next, sql: null },
    evidence: ['rehearsed'],
    needs: [],
    destructive: finding.kind === 'data-lost' || finding.kind === 'irreversible',
  };
}

function key(migration: string, direction: string, sql: string): string {
  const text = sql
    .replace(/--[^\n]*/g, ' ')
    .replace(/;\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `${migration} ${direction} ${text}`;
}
