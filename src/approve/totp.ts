/** Codes of six digits that change with time: RFC 6238 over HMAC-SHA-1, 30 seconds a step. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const stepSeconds = 30;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What is remembered of the codes of one secret, so that none is taken twice and nobody can try them all. */
export interface CodeMemory {
  /** Step of the last code that was taken. */
  lastStep: number;
  /** Times of wrong codes, milliseconds. */
  wrong: number[];
}

const wrongAllowed = 5;
const wrongWindowMs = 15 * 60_000;

/**
 * The code of one step.
 *
 * @param step seconds since 1970 divided by 30
 * @param digits 6; the vectors of the RFC have 8
 */
export function codeOf(secret: Buffer, step: number, digits = 6): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * Judges a code: that of now, or of one step before or after, and only once.
 *
 * @returns what is to be remembered whatever the verdict: store it before you act on it
 */
export function judgeCode(
  secret: Buffer,
  code: string,
  memory: CodeMemory,
  now: Date,
): { verdict: 'taken' | 'wrong' | 'used' | 'blocked'; memory: CodeMemory } {
  const recent = memory.wrong.filter((at) => now.getTime() - at < wrongWindowMs);
  if (recent.length >= wrongAllowed) return { verdict: 'blocked', memory: { ...memory, wrong: recent } };
  const current = Math.floor(now.getTime() / 1000 / stepSeconds);
  const given = Buffer.from(code.replace(/\s/g, ''));
  const step = [current, current - 1, current + 1].find((each) => {
    const right = Buffer.from(codeOf(secret, each));
    return right.length === given.length && timingSafeEqual(right, given);
  });
  if (step === undefined) return { verdict: 'wrong', memory: { ...memory, wrong: [...recent, now.getTime()] } };
  if (step <= memory.lastStep) return { verdict: 'used', memory: { ...memory, wrong: [...recent, now.getTime()] } };
  return { verdict: 'taken', memory: { lastStep: step, wrong: [] } };
}

/** A new secret of 160 bits, as RFC 4226 advises. */
export function makeSecret(): Buffer {
  return randomBytes(20);
}

/** RFC 4648 base 32 without padding, as authenticator applications read it. */
export function base32(bytes: Buffer): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}
