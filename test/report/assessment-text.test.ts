import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { assessmentText } from '../../src/report/assessment-text.js';
import { columns } from '../../src/report/paper.js';
import { assessmentOf } from '../support/assessment.js';
import { finding, statement } from '../support/fake-judge.js';

describe('an assessment for a terminal', () => {
  test('says everything that matters', () => {
    const text = assessmentText(assessmentOf());
    for (const part of [
      'fake-drop',
      'db/migrations/0001_users.sql:1',
      'ShareLock on public.users: writes wait',
      'CREATE INDEX CONCURRENTLY',
      'Risk: high',
      'destructive',
      'the table is small',
      'Not judged (1)',
      '[PATH_NOT_FOUND]',
      '2 of 3 statements judged',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('has no colour unless the paper takes it', () => {
    const plain = assessmentText(assessmentOf(), { colour: false, width: 80 });
    const coloured = assessmentText(assessmentOf(), { colour: true, width: 80 });
    expect(plain).toBe(stripVTControlCharacters(plain));
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  test.each([40, 60, 80, 120])('fits %i columns, SQL and names aside', (width) => {
    const lines = assessmentText(assessmentOf({ nextStep: null }), { colour: false, width }).split('\n');
    const long = lines.filter((line) => columns(line) > width && !/CONCURRENTLY|0001_users|seed data/.test(line));
    expect(long).toEqual([]);
  });

  test('shows nothing that steers the terminal', () => {
    const evil = '\u001b[2Jgone\u202e\u0007';
    const source = { file: `a${evil}.sql`, line: 1 };
    const text = assessmentText(
      assessmentOf({
        statements: [statement(0, `SELECT 1 -- ${evil}`, source, evil)],
        findings: [{ ...finding('fake-drop', 'high', 0, source), title: evil, why: evil, fix: { summary: evil, sql: evil } }],
        problems: [{ code: 'UNREADABLE', message: evil, next: evil }],
      }),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('a clean assessment lists the locks', () => {
    const text = assessmentText(assessmentOf({ risk: 'low', findings: [], suppressed: [], problems: [], destructive: false }));
    expect(text).toContain('CREATE INDEX i ON users (email)');
    expect(text).toContain('nothing found');
  });
});
