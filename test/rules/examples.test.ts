import { beforeAll, describe, expect, test } from 'vitest';
import type { Facts } from '../../src/core/facts.js';
import type { TransactionMode } from '../../src/core/stack.js';
import { rules } from '../../src/rules/index.generated.js';
import { type Judge, loadJudge } from '../../src/rules/judge.js';
import type { Example, Rule } from '../../src/rules/rule.js';
import type { AnalysisUnit } from '../../src/sql/analysis.js';
import { knownHazards, outOfScope } from './known-hazards.js';

let judge: Judge;
beforeAll(async () => {
  judge = await loadJudge();
});

const allOn = Object.fromEntries(Object.keys(rules).map((id) => [id, 'on' as const]));

const unit = (sql: string, name: string, judged: boolean, transactionMode: TransactionMode): AnalysisUnit => ({
  migration: name,
  file: `${name}.sql`,
  firstLine: 1,
  sql,
  direction: 'up',
  transactionMode,
  judged,
});

const unknownFacts: Facts = {
  engine: 'postgres',
  version: 17,
  fullVersion: '17.0',
  timeZone: 'UTC',
  lockTimeoutMs: 0,
  statementTimeoutMs: 0,
  tables: {},
  longTransactions: [],
  replicas: [],
  logicalSlots: 0,
  isSuperuser: false,
};

function judged(rule: Rule, example: Example): ReturnType<Judge> {
  const version = Math.min(17, example.versions?.[1] ?? 17);
  const history = `${rule.setup ?? ''}\n;${example.setup ?? ''}`;
  const plan = [{ sql: example.sql, transaction: example.transaction }, ...(example.next ?? [])];
  return judge(
    {
      version: Math.max(version, example.versions?.[0] ?? version),
      historyIsComplete: true,
      facts: example.facts ? { ...unknownFacts, version, ...example.facts } : null,
      units: [
        unit(history, 'history', false, 'none'),
        ...plan.map(({ sql, transaction }, at) => unit(sql, `plan${at}`, true, transaction ?? 'per-file')),
      ],
    },
    { rules: allOn },
  );
}

const shown = (result: ReturnType<Judge>): string =>
  JSON.stringify({
    findings: result.findings.map((finding) => finding.rule),
    unanalysed: result.unanalysed.map((statement) => statement.reason),
    effects: result.statements.map((statement) => statement.effects),
  });

describe.each(Object.entries(rules))('%s', (id, rule) => {
  test('has examples of both kinds', () => {
    expect(rule.bad.length).toBeGreaterThan(0);
    expect(rule.good.length).toBeGreaterThan(0);
  });

  test.each(rule.bad.map((example) => [example.sql, example] as const))('finds: %s', (_sql, example) => {
    const result = judged(rule, example);
    const finding = result.findings.find((found) => found.rule === id);
    expect(finding, shown(result)).toBeDefined();
    expect(finding?.why).toMatch(/[.:)]$/);
    expect(`${finding?.title} ${finding?.why} ${finding?.fix.summary} ${finding?.fix.sql}`).not.toMatch(/undefined|\[object|NaN| {2}null /);
    // Relations are named as a reader calls them: with their schema only when it is another than public.
    expect(`${finding?.title} ${finding?.why}`).not.toMatch(/\bpublic\./);
    expect(finding?.fix.sql ?? '').not.toMatch(/CONCURRENTLY\s+IF\s+NOT\s+EXISTS/i);
  });

  test.each(rule.good.map((example) => [example.sql, example] as const))('is silent: %s', (_sql, example) => {
    const result = judged(rule, example);
    expect(
      result.findings.map((finding) => finding.rule),
      shown(result),
    ).not.toContain(id);
  });
});

test('a rule is written for every known hazard', () => {
  expect(knownHazards.filter((id) => !(id in rules) && !(id in outOfScope))).toEqual([]);
});

test('what supersedes names rules that are there', () => {
  const named = Object.values(rules).flatMap((rule) => rule.supersedes ?? []);
  expect(named.filter((id) => !(id in rules))).toEqual([]);
});
