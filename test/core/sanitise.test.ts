import { describe, expect, test } from 'vitest';
import { excerpt, safeJson, sanitise, sanitiseLine } from '../../src/core/sanitise.js';

describe('text from outside', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['a\u0000b\u0007c\u009bd', 'abcd'],
    ['\u202edrop\u202c \u2066x\u2069', 'drop x'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['tags\u{e0041}\u{e0042}', 'tags'],
    ['line\r\nline\rline\ttab', 'line\nline\nline\ttab'],
  ])('%j', (given, expected) => {
    expect(sanitise(given)).toBe(expected);
  });

  test('one line, and cut at whole characters', () => {
    expect(sanitiseLine(' a\n\n b\tc ')).toBe('a b c');
    expect(excerpt('😀😀😀😀', 3)).toBe('😀😀…');
  });

  test('JSON is the same value, with nothing hidden in its text', () => {
    const value = { sql: "SELECT '\u202e\u2066\u200b\u{e0041}\u009b'", list: [1, null] };
    const text = safeJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toBe(sanitise(text));
  });
});
