/** An assessment with everything in it, for the reports. */
import type { Assessment } from '../../src/core/assessment.js';
import { finding, statement } from './fake-judge.js';

/** One finding of each severity, a suppressed one, a gap and a problem. */
export function assessmentOf(change: Partial<Assessment> = {}): Assessment {
  const file = 'db/migrations/0001_users.sql';
  const at = (line: number) => ({ file, line });
  return {
    risk: 'high',
    destructive: true,
    dialect: 'postgres',
    serverVersion: 16,
    assumedServerVersion: 16,
    statements: [
      statement(0, 'DROP TABLE users', at(1)),
      statement(1, 'CREATE INDEX i ON users (email)', at(3)),
      statement(2, 'SELECT 1', at(5)),
    ],
    findings: [
      finding('fake-drop', 'high', 0, at(1)),
      finding('fake-index', 'medium', 1, at(3)),
      finding('fake-comment', 'low', null, null),
    ],
    suppressed: [{ ...finding('fake-index', 'medium', 1, at(3)), suppression: { reason: 'the table is small', expires: '2027-01-01' } }],
    coverage: {
      migrations: 1,
      statements: 3,
      analysed: 2,
      unanalysed: [{ source: { file: 'db/seed data.py', line: null }, migration: null, reason: 'It is a program.', next: 'Pipe its SQL.' }],
    },
    problems: [{ code: 'PATH_NOT_FOUND', message: 'There is no file x.sql.', next: 'Check the path.', file: 'x.sql' }],
    nextStep: {
      tool: 'assess_risk',
      arguments: { databaseVariable: 'DATABASE_URL' },
      why: 'A look at the target would settle: tableSize.',
    },
    ...change,
  };
}
