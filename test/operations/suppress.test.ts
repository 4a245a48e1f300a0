import { describe, expect, test } from 'vitest';
import type { Suppression } from '../../src/operations/config.js';
import { siftFindings } from '../../src/operations/suppress.js';
import { finding, statement } from '../support/fake-judge.js';

const source = { file: 'db/migrations/0001_users.sql', line: 3 };
const statements = [statement(0, 'DROP TABLE users', source, '0001_users')];
const findings = [finding('fake-drop', 'high', 0, source)];
const sift = (suppression: Partial<Suppression>, today = '2026-11-24') =>
  siftFindings(findings, statements, [{ rule: 'fake-drop', place: 'db/**', reason: 'agreed', ...suppression }], today);

describe('suppressions', () => {
  test.each([
    'db/migrations/0001_users.sql',
    'db/migrations/0001_users.sql:3',
    'db/**',
    'db/*/0001_*.sql',
    '**/0001_users.sql:3',
    '0001_users',
    '0001_*',
  ])('the place %s matches', (place) => {
    const sifted = sift({ place });
    expect(sifted).toMatchObject({
      findings: [],
      problems: [],
      suppressed: [{ rule: 'fake-drop', suppression: { reason: 'agreed', expires: null } }],
    });
  });

  test.each(['db/migrations/0001_users.sql:4', 'db/*.sql', 'other/**', '0001', 'migrations/0001_users.sql'])(
    'the place %s does not',
    (place) => {
      expect(sift({ place }).findings).toHaveLength(1);
    },
  );

  test('holds on its last day, and not a day longer', () => {
    expect(sift({ expires: '2026-11-24' }).findings).toHaveLength(0);
    const late = sift({ expires: '2026-11-23' });
    expect(late.findings).toHaveLength(1);
    expect(late.suppressed).toHaveLength(0);
    expect(late.problems.map((problem) => problem.code)).toEqual(['SUPPRESSION_EXPIRED']);
  });

  test('one that matches nothing that was judged is named', () => {
    expect(sift({ rule: 'fake-index' }).problems.map((problem) => problem.code)).toEqual(['SUPPRESSION_UNUSED']);
  });

  test('one for a migration that was not judged is not', () => {
    expect(sift({ place: 'elsewhere/**' }).problems).toEqual([]);
  });
});
