import { describe, expect, test } from 'vitest';
import { assessmentCodeQuality } from '../../src/report/assessment-code-quality.js';
import { assess } from '../../src/operations/assess.js';
import { assessmentOf as fixed } from '../support/assessment.js';
import { project } from '../support/project.js';

const assessmentOf = async (sql: string) => assess({ sql }, { workingFolder: await project({}) });

/** What GitLab asks for: docs.gitlab.com, "Code Quality report format". */
const keys = ['description', 'check_name', 'fingerprint', 'severity', 'location'];

describe('Code Quality of GitLab', () => {
  test('each finding is an entry with all that GitLab asks for', async () => {
    const assessment = await assessmentOf('DROP TABLE users;\nCREATE INDEX i ON orders (code);');
    const issues = assessmentCodeQuality(assessment);
    expect(issues.length).toBe(assessment.findings.length);
    expect(issues.map((issue) => issue.check_name)).toEqual(expect.arrayContaining(['drop-table', 'create-index']));
    for (const issue of issues) {
      expect(Object.keys(issue)).toEqual(keys);
      expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(issue.severity);
      expect(issue.fingerprint).toMatch(/[0-9a-f]{64}$/);
      expect(issue.location.lines.begin).toBeGreaterThanOrEqual(1);
      expect(issue.location.path).not.toBe('');
    }
  });

  test('fingerprints stay when lines move, and differ when a statement stands twice', async () => {
    const prints = async (sql: string) =>
      assessmentCodeQuality(await assessmentOf(sql))
        .map((issue) => issue.fingerprint)
        .sort();
    expect(await prints('\n\n\nDROP TABLE users;')).toEqual(await prints('DROP TABLE users;'));
    const twice = await prints('TRUNCATE users;\nTRUNCATE users;');
    expect(new Set(twice).size).toBe(twice.length);
  });

  test('file and line are where the finding is', () => {
    const [first] = assessmentCodeQuality(fixed());
    expect(first).toMatchObject({ severity: 'critical', location: { path: 'db/migrations/0001_users.sql', lines: { begin: 1 } } });
  });

  test('what was not judged is an entry, too', async () => {
    const issues = assessmentCodeQuality(await assessmentOf('FROBNICATE users;'));
    expect(issues).toContainEqual(expect.objectContaining({ check_name: 'not-judged', severity: 'major' }));
  });
});
