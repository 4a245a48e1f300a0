/** A question that was put to a human: 256 random bits, kept as their hash, for minutes, answered once. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { LockkeeperError } from '../core/errors.js';
import type { RunPlan } from '../core/run-plan.js';
import { createPrivate, readJson, takeAway } from './private-files.js';
import type { State } from './state.js';

const lifetimeMs = 10 * 60_000;

export interface Challenge {
  planId: string;
  planHash: string;
  expiresAt: string;
}

/**
 * Opens a challenge for a plan.
 *
 * @returns `secret`, 256 bits as base64url, which is stored nowhere, and when it expires
 */
export async function openChallenge(state: State, plan: RunPlan): Promise<{ secret: string; expiresAt: string }> {
  const secret = randomBytes(32).toString('base64url');
  const until = Math.min(state.now().getTime() + lifetimeMs, Date.parse(plan.expiresAt));
  const challenge: Challenge = { planId: plan.id, planHash: plan.hash, expiresAt: new Date(until).toISOString() };
  await createPrivate(challengeFile(state, secret), JSON.stringify(challenge));
  return { secret, expiresAt: challenge.expiresAt };
}

/** Until when an approval of this plan may hold: minutes, but at level C as long as the plan, since it is carried elsewhere. */
export function approvalUntil(plan: RunPlan, now: Date): string {
  const longest = plan.level === 'C' ? 24 * 60 * 60_000 : lifetimeMs;
  return new Date(Math.min(now.getTime() + longest, Date.parse(plan.expiresAt))).toISOString();
}

/**
 * Takes a challenge: of several that try, one gets it, and never again.
 *
 * @throws LockkeeperError APPROVAL_INVALID when it is unknown, was answered, is for another plan, or its time is over
 */
export async function takeChallenge(state: State, secret: string, plan: RunPlan): Promise<Challenge> {
  const from = challengeFile(state, secret);
  const to = `${from}.taken`;
  if (!(await takeAway(from, to))) throw noLonger('was answered before, or is unknown');
  const challenge = (await readJson(to)) as Challenge | null;
  if (challenge === null || challenge.planId !== plan.id || challenge.planHash !== plan.hash) throw noLonger('is for another plan');
  if (!(Date.parse(challenge.expiresAt) > state.now().getTime())) throw noLonger('expired: the answer came too late');
  return challenge;
}

/** What a key signs: the plan, what is done with it, and until when that holds. SHA-256. */
export function signedDigest(signed: { planId: string; planHash: string; expiresAt: string; nonce: string }): Buffer {
  const { planId, planHash, expiresAt, nonce } = signed;
  return createHash('sha256').update(['lockkeeper approve 1', planId, planHash, expiresAt, nonce].join('\n')).digest();
}

function challengeFile(state: State, secret: string): string {
  return join(state.folder, 'challenges', `${createHash('sha256').update(secret).digest('hex')}.json`);
}

function noLonger(why: string): LockkeeperError {
  return new LockkeeperError(
    'APPROVAL_INVALID',
    `The question ${why}. Nothing was approved.`,
    'Ask again: every question can be answered once.',
  );
}
