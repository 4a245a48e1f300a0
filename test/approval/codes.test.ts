import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimApproval } from '../../src/approve/index.js';
import { base32, codeOf, judgeCode } from '../../src/approve/totp.js';
import { approveByCode, approveByKey, ask, enrolled, openQuestion } from '../../src/operations/approve.js';
import { enrolCodes, enrolKey, proposeCodes } from '../../src/operations/enrol.js';
import { on, type World, world } from './support/world.js';

const rfcSecret = Buffer.from('12345678901234567890');

test.each([
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
])('RFC 6238, appendix B: at %i seconds %s', (seconds, code) => {
  expect(codeOf(rfcSecret, Math.floor(seconds / 30), 8)).toBe(code);
});

test('RFC 4648, section 10: base 32', () => {
  expect(['f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map((text) => base32(Buffer.from(text)))).toEqual([
    'MY',
    'MZXQ',
    'MZXW6',
    'MZXW6YQ',
    'MZXW6YTB',
    'MZXW6YTBOI',
  ]);
});

describe('a code', () => {
  const now = new Date(1_700_000_000_000);
  const step = Math.floor(now.getTime() / 30_000);
  const fresh = { lastStep: 0, wrong: [] };

  test('counts now and one step around, once, and what came before it no more', () => {
    for (const near of [-1, 0, 1]) expect(judgeCode(rfcSecret, codeOf(rfcSecret, step + near), fresh, now).verdict).toBe('taken');
    for (const far of [-2, 2]) expect(judgeCode(rfcSecret, codeOf(rfcSecret, step + far), fresh, now).verdict).toBe('wrong');
    const after = judgeCode(rfcSecret, codeOf(rfcSecret, step), fresh, now).memory;
    expect(judgeCode(rfcSecret, codeOf(rfcSecret, step), after, now).verdict).toBe('used');
    expect(judgeCode(rfcSecret, codeOf(rfcSecret, step - 1), after, now).verdict).toBe('used');
    expect(judgeCode(rfcSecret, codeOf(rfcSecret, step + 1), after, now).verdict).toBe('taken');
  });

  test('five wrong ones: none is taken for a quarter of an hour, the right one neither', () => {
    let memory = { lastStep: 0, wrong: [] as number[] };
    for (let guess = 0; guess < 5; guess += 1) memory = judgeCode(rfcSecret, 'x', memory, now).memory;
    expect(judgeCode(rfcSecret, codeOf(rfcSecret, step), memory, now).verdict).toBe('blocked');
    const later = new Date(now.getTime() + 15 * 60_000);
    expect(judgeCode(rfcSecret, codeOf(rfcSecret, Math.floor(later.getTime() / 30_000)), memory, later).verdict).toBe('taken');
  });
});

async function withCodes(): Promise<{ at: World; secret: Buffer; code: () => string }> {
  const at = await world();
  const { secret } = await proposeCodes('Ada');
  const bytes = Buffer.from(
    (
      Array.from(secret, (letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
        .join('')
        .match(/.{8}/g) ?? []
    ).map((bits) => Number.parseInt(bits, 2)),
  );
  const code = (): string => codeOf(bytes, Math.floor(at.state.now().getTime() / 30_000));
  await enrolCodes('Ada', secret, code(), at.context);
  at.later(30_000);
  return { at, secret: bytes, code };
}

test('codes of the same user count as level A, and are said to: the secret lies where a program of that user can read it', async () => {
  const { at, code } = await withCodes();
  const approve = async (planId: string): Promise<void> => {
    const question = await openQuestion(planId, at.context);
    const { challenge } = await ask(question, { method: 'terminal' });
    await approveByCode(question, { challenge, typed: question.plan.typedName }, code());
  };
  const high = await at.plan(on('staging', { destructive: true }));
  await approve(high.id);
  const claim = (planId: string) => claimApproval(at.state, planId, { where: 'here', environment: at.environment });
  await expect(claim(high.id)).rejects.toMatchObject({
    problem: { code: 'APPROVAL_INVALID', message: expect.stringContaining('can be read by programs of this user') },
  });
  at.later(30_000);
  const low = await at.plan(on('development'));
  await approve(low.id);
  expect((await claim(low.id)).approval).toMatchObject({ level: 'A', method: 'totp', humanVerified: false });
});

test('a code is not taken twice, by two questions at once neither', async () => {
  const { at, code } = await withCodes();
  const used = code();
  const questions = await Promise.all([1, 2].map(async () => openQuestion((await at.plan(on('development'))).id, at.context)));
  const results = await Promise.all(
    questions.map(async (question) => {
      const { challenge } = await ask(question, { method: 'terminal' });
      return approveByCode(question, { challenge, typed: null }, used).then(
        () => 'taken',
        (error) => error.message,
      );
    }),
  );
  expect(results.sort()).toEqual(['This code was used before. Nothing was approved.', 'taken']);
});

test('a key behind a passphrase: the file alone does not approve', async () => {
  const at = await world();
  await enrolKey('Ada', 'correct horse battery', at.context);
  expect(await enrolled(at.context)).toMatchObject({ key: true, passkey: false, totp: false, pinned: { strong: false } });
  const held = await readFile(join(at.environment.LOCKKEEPER_CONFIG ?? '', 'secrets', 'key.json'), 'utf8');
  expect(held).toContain('BEGIN ENCRYPTED PRIVATE KEY');
  const plan = await at.plan(on('production'));
  const question = await openQuestion(plan.id, at.context);
  for (const wrong of ['', 'guess', 'correct horse']) {
    const { challenge } = await ask(question, { method: 'terminal' });
    await expect(approveByKey(question, { challenge, typed: 'shop' }, wrong)).rejects.toMatchObject({
      problem: { code: 'APPROVAL_INVALID' },
    });
  }
  const { challenge } = await ask(question, { method: 'terminal' });
  await expect(approveByKey(question, { challenge, typed: 'Shop' }, 'correct horse battery')).rejects.toMatchObject({
    problem: { code: 'APPROVAL_INVALID' },
  });
  await approveByKey(question, { challenge, typed: 'shop' }, 'correct horse battery');
  const { approval } = await claimApproval(at.state, plan.id, { where: 'here', environment: at.environment });
  expect(approval).toMatchObject({ level: 'B', by: 'Ada', method: 'key', humanVerified: false });
  const strict = await at.plan(on('production', { warnings: ['again'] }));
  const second = await openQuestion(strict.id, at.context);
  await approveByKey(second, { challenge: (await ask(second, { method: 'terminal' })).challenge, typed: 'shop' }, 'correct horse battery');
  await expect(
    claimApproval(at.state, strict.id, { where: 'here', environment: at.environment, requireStrongKeys: true }),
  ).rejects.toMatchObject({
    problem: { code: 'APPROVAL_INVALID', message: expect.stringContaining('out of this user') },
  });
});
