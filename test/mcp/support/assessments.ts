import type { AssessedStatement, Assessment } from '../../../src/core/assessment.js';
import type { Finding } from '../../../src/core/finding.js';

/** A statement as an analyser might judge it. */
export function statement(index: number, more: Partial<AssessedStatement> = {}): AssessedStatement {
  return {
    index,
    sql: `ALTER TABLE public.table_${index} ADD COLUMN note text`,
    source: { file: `migrations/${index}.sql`, line: 1 },
    migration: `${index}`,
    direction: 'up',
    kind: 'addColumn',
    analysed: true,
    effects: {
      locks: [{ relation: `public.table_${index}`, mode: 'AccessExclusiveLock', blocks: 'readsAndWrites', transient: false }],
      rewrites: [],
      scans: [],
      indexBuilds: [],
      runsInTransaction: 'either',
      blocks: 'readsAndWrites',
      estimate: null,
    },
    ...more,
  };
}

export function finding(at: number, more: Partial<Finding> = {}): Finding {
  return {
    rule: 'index-not-concurrent',
    severity: 'high',
    statement: at,
    source: { file: `migrations/${at}.sql`, line: 1 },
    title: 'Index built under a lock',
    why: `Writes to public.table_${at} wait while the index is built.`,
    fix: { summary: 'Build it concurrently.', sql: `CREATE INDEX CONCURRENTLY ON public.table_${at} (note);` },
    evidence: ['static'],
    needs: ['tableSize'],
    destructive: false,
    ...more,
  };
}

export function assessment(more: Partial<Assessment> = {}): Assessment {
  const statements = more.statements ?? [];
  return {
    risk: 'low',
    destructive: false,
    dialect: 'postgres',
    serverVersion: 16,
    assumedServerVersion: 16,
    statements,
    findings: [],
    suppressed: [],
    coverage: { migrations: 1, statements: statements.length, analysed: statements.length, unanalysed: [] },
    problems: [],
    nextStep: null,
    ...more,
  };
}
