import { describe, expect, test } from 'vitest';
import { atLeast, riskOf } from '../../src/operations/verdict.js';
import { finding } from '../support/fake-judge.js';

const gap = { source: null, migration: null, reason: 'not read', next: 'read it' };
const found = (severity: 'low' | 'medium' | 'high') => finding('fake', severity, 0, null);

describe('the risk', () => {
  test.each([
    [[], [], 'low'],
    [[found('low')], [], 'low'],
    [[found('low'), found('medium')], [], 'medium'],
    [[found('high'), found('low')], [], 'high'],
    [[], [gap], 'unknown'],
    [[found('medium')], [gap], 'unknown'],
    [[found('high')], [gap], 'high'],
  ])('case %#', (findings, unanalysed, expected) => {
    expect(riskOf(findings, unanalysed)).toBe(expected);
  });

  test('severities have an order', () => {
    expect(atLeast('high', 'medium')).toBe(true);
    expect(atLeast('low', 'low')).toBe(true);
    expect(atLeast('low', 'medium')).toBe(false);
  });
});
