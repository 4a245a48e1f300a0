import { describe, expect, test } from 'vitest';
import { assessmentMarkdown, maximumBytes } from '../../src/report/assessment-markdown.js';
import { codeSpan, escapeMarkdown, fence } from '../../src/report/markdown.js';
import { assessmentOf } from '../support/assessment.js';
import { finding, statement } from '../support/fake-judge.js';

describe('an assessment as a comment', () => {
  test('begins with the marker and says what matters', () => {
    const text = assessmentMarkdown(assessmentOf());
    expect(text.startsWith('<!-- lockkeeper -->\n## ')).toBe(true);
    for (const part of ['risk high', '`fake-drop`', '```sql', 'writes wait', 'Accepted by the configuration (1)', 'Not judged'])
      expect(text).toContain(part);
  });

  test('stays under its limit, whatever is found', () => {
    const source = { file: `${'ä'.repeat(200)}.sql`, line: 1 };
    const many = Array.from({ length: 2000 }, (_, at) => at);
    const assessment = assessmentOf({
      statements: many.map((at) => statement(at, `SELECT '${'ü'.repeat(5000)}'`, source)),
      findings: many.map((at) => ({
        ...finding('fake-drop', 'high', at, source),
        why: 'ö'.repeat(5000),
        fix: { summary: 'x', sql: 'y'.repeat(9000) },
      })),
      suppressed: many.map((at) => ({
        ...finding('fake-drop', 'high', at, source),
        suppression: { reason: 'é'.repeat(900), expires: null },
      })),
      coverage: {
        migrations: 1,
        statements: 2000,
        analysed: 0,
        unanalysed: many.map(() => ({ source, migration: null, reason: 'ß'.repeat(900), next: 'ß'.repeat(900) })),
      },
      problems: many.map(() => ({ code: 'UNREADABLE', message: 'ñ'.repeat(900), next: 'ñ'.repeat(900) })),
    });
    const text = assessmentMarkdown(assessment);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maximumBytes);
    expect(text).toContain('left out here');
  });

  test('text from files can neither mark up nor mention nor link', () => {
    const escaped = escapeMarkdown('<img src=x> @team **bold** [a](https://x.y) `code` | #12 www.x.y\n# head');
    expect(escaped).not.toMatch(/<img|@team|https:\/\/|[^\\]\*\*|[^\\]`|[^\\]\||#12|\n/);
    expect(fence('a\n```\nb', 'sql')).toBe('````sql\na\n```\nb\n````');
    expect(codeSpan('a`b')).toBe('``a`b``');
  });
});
