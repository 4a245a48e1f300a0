import { describe, expect, test } from 'vitest';
import { LockkeeperError } from '../../src/core/errors.js';
import { configJsonSchema, loadConfig } from '../../src/operations/config.js';
import { project } from '../support/project.js';

const rules = new Set(['fake-drop', 'fake-index']);

async function problemOf(content: string): Promise<string> {
  const root = await project({ 'lockkeeper.config.json': content });
  const error = await loadConfig(root, rules).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LockkeeperError);
  const { problem } = error as LockkeeperError;
  expect(problem.code).toBe('CONFIG_INVALID');
  expect(problem.next).not.toBe('');
  return problem.message;
}

describe('lockkeeper.config.json', () => {
  test('is not needed', async () => {
    expect(await loadConfig(await project({}), rules)).toEqual({ rules: {}, suppressions: [] });
  });

  test('is read', async () => {
    const content = {
      rules: { 'fake-drop': 'off', 'fake-index': 'low' },
      failOn: 'never',
      suppressions: [{ rule: '*', place: 'a.sql:3', reason: 'empty table', expires: '2030-01-31' }],
    };
    const root = await project({ 'lockkeeper.config.json': `\ufeff${JSON.stringify(content)}` });
    expect(await loadConfig(root, rules)).toEqual(content);
  });

  test('everything that is wrong is said at once', async () => {
    const message = await problemOf(
      JSON.stringify({
        failOn: 'sometimes',
        ruels: {},
        rules: { 'fake-drop': 'maybe' },
        suppressions: [{ rule: 'fake-drop', place: '', reason: 'x', expires: '31.1.2030' }],
      }),
    );
    for (const part of ['failOn', 'ruels', 'rules.fake-drop', 'suppressions.0.place', 'suppressions.0.reason', 'suppressions.0.expires'])
      expect(message).toContain(part);
  });

  test('rules that do not exist are wrong', async () => {
    const message = await problemOf(
      JSON.stringify({ rules: { typo: 'off' }, suppressions: [{ rule: 'other', place: 'x', reason: 'because' }] }),
    );
    expect(message).toContain('there is no such rule');
    expect(message).toContain('there is no rule other');
  });

  test.each(['', '{', '[]', 'null', '{ "rules": {} } // comment'])('%j is invalid', async (content) => {
    await problemOf(content);
  });

  test('a folder in its place is invalid', async () => {
    const root = await project({ 'lockkeeper.config.json/x': '' });
    await expect(loadConfig(root, rules)).rejects.toMatchObject({ problem: { code: 'CONFIG_INVALID' } });
  });

  test('has a JSON Schema', () => {
    expect(configJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: { failOn: {}, rules: {}, suppressions: {} },
    });
  });
});
