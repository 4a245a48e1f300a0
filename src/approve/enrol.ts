/** Makes the keys of an approver: by a person, before anything is to be approved. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LockkeeperError } from '../core/errors.js';
import { addApprover } from './approvers.js';
import { humanFiles } from './human-files.js';
import { enrolPage } from './page/enrol-page.js';
import { closedPage } from './page/look.js';
import { type Answered, openPage } from './page/serve.js';
import { createPrivate, readJson, writePrivate } from './private-files.js';
import { makeKey } from './proof/signature.js';
import { assertionFault, creationFault } from './proof/webauthn.js';
import type { State } from './state.js';
import { base32, type CodeMemory, judgeCode, makeSecret } from './totp.js';

const text = z.string().max(20_000);
const madeShape = z.object({ id: text, clientData: text, authenticatorData: text, publicKey: text });
const proofShape = z.object({ clientData: text, authenticatorData: text, signature: text });

/** A private key of this user, and with `totp` the secret of the codes. */
const secretFile = z.object({
  key: z.string(),
  name: z.string(),
  privateKey: z.string(),
  secret: z.string().nullable(),
  memory: z.object({ lastStep: z.number(), wrong: z.array(z.number()) }),
});
export type ApproverSecret = z.infer<typeof secretFile>;

/** Opens the page on which a passkey is made. `enrolled` resolves with the file that it was written to. */
export async function enrolPasskey(
  state: State,
  environment: NodeJS.ProcessEnv,
  name: string,
): Promise<{ url: string; enrolled: Promise<string>; close(): Promise<void> }> {
  const challenges: [Buffer, Buffer] = [randomBytes(32), randomBytes(32)];
  let done = false;
  let settle: (file: string) => void = () => undefined;
  const enrolled = new Promise<string>((resolve) => {
    settle = resolve;
  });
  const enrol = async (body: Record<string, unknown>, origin: string): Promise<Answered> => {
    const made = madeShape.safeParse(body.made);
    const proof = proofShape.safeParse(body.proof);
    if (!made.success || !proof.success) return { ok: false, says: 'The device gave no passkey. Nothing was enrolled.', done: false };
    const fault =
      creationFault(made.data, { challenge: challenges[0], origin }) ??
      assertionFault(proof.data, made.data.publicKey, { challenge: challenges[1], origin });
    if (fault !== null || done) return { ok: false, says: `The passkey does not count: ${fault ?? 'one was enrolled before'}.`, done };
    done = true;
    const added = {
      id: made.data.id,
      name,
      kind: 'passkey',
      publicKey: made.data.publicKey,
      enrolledAt: state.now().toISOString(),
    } as const;
    await state.journal.append({ kind: 'enrolled', by: name, method: 'webauthn', says: `Passkey ${made.data.id.slice(0, 16)}` });
    const file = await addApprover(environment, added);
    setTimeout(() => settle(file), 1000).unref();
    return { ok: true, says: 'Enrolled. You can close this page.', done: true };
  };
  const page = await openPage({
    html: ({ token, nonce }) =>
      enrolPage({
        token,
        nonce,
        name,
        userId: randomBytes(16).toString('base64url'),
        challenges: [challenges[0].toString('base64url'), challenges[1].toString('base64url')],
      }),
    closed: (nonce) => (done ? closedPage(nonce, 'Enrolled', 'The passkey was enrolled. You can close this page.') : null),
    actions: { enrol },
  });
  return { url: page.url, enrolled: enrolled.finally(page.close), close: page.close };
}

/**
 * Makes a key behind a passphrase.
 *
 * @throws LockkeeperError BAD_USAGE for a short passphrase or a second key of this user
 */
export async function enrolKey(state: State, environment: NodeJS.ProcessEnv, name: string, passphrase: string): Promise<string> {
  if (passphrase.length < 12) {
    throw new LockkeeperError('BAD_USAGE', 'The passphrase is too short.', 'Take 12 characters or more; several words are easiest.');
  }
  return enrolSecret(state, environment, name, { kind: 'key', passphrase, secret: null });
}

/** A secret for codes, not stored yet: the person puts it into their application and gives the first code back. */
export function proposeCodes(name: string): { secret: string; address: string } {
  const secret = base32(makeSecret());
  return { secret, address: `otpauth://totp/lockkeeper:${encodeURIComponent(name)}?secret=${secret}&issuer=lockkeeper` };
}

/** Stores the secret of codes once a first code was right. Throws LockkeeperError BAD_USAGE otherwise. */
export async function enrolCodes(
  state: State,
  environment: NodeJS.ProcessEnv,
  name: string,
  secret: string,
  code: string,
): Promise<string> {
  const { verdict, memory } = judgeCode(fromBase32(secret), code, { lastStep: 0, wrong: [] }, state.now());
  if (verdict !== 'taken')
    throw new LockkeeperError('BAD_USAGE', 'The code is not right. Nothing was enrolled.', 'Check the clock of both devices.');
  return enrolSecret(state, environment, name, { kind: 'totp', passphrase: null, secret, memory });
}

/** The private key of this user, of one kind; null when there is none. */
export async function readSecret(environment: NodeJS.ProcessEnv, kind: 'key' | 'totp'): Promise<ApproverSecret | null> {
  const parsed = secretFile.safeParse(await readJson(secretPath(environment, kind)));
  return parsed.success ? parsed.data : null;
}

/**
 * Takes a code, and remembers that it was taken before it is acted on.
 *
 * @throws LockkeeperError APPROVAL_INVALID when it is wrong, was used, or too many were wrong
 */
export async function takeCode(state: State, environment: NodeJS.ProcessEnv, held: ApproverSecret, code: string): Promise<void> {
  const { verdict: first, memory } = judgeCode(fromBase32(held.secret ?? ''), code, held.memory, state.now());
  await writePrivate(secretPath(environment, 'totp'), JSON.stringify({ ...held, memory }));
  // Two that give the same code at once have read the same memory: one of them gets the slot of the step.
  const slot = join(humanFiles(environment).secrets, `${held.key}.${memory.lastStep}.taken`);
  const verdict = first === 'taken' && !(await createPrivate(slot, '')) ? 'used' : first;
  if (verdict === 'taken') return;
  const why = {
    wrong: 'The code is not right.',
    used: 'This code was used before.',
    blocked: 'Too many wrong codes: none is taken for fifteen minutes.',
  }[verdict];
  throw new LockkeeperError('APPROVAL_INVALID', `${why} Nothing was approved.`, 'Wait for the next code, and try again.');
}

async function enrolSecret(
  state: State,
  environment: NodeJS.ProcessEnv,
  name: string,
  made: { kind: 'key' | 'totp'; passphrase: string | null; secret: string | null; memory?: CodeMemory },
): Promise<string> {
  const { privateKey, publicKey } = makeKey(made.passphrase);
  const id = randomBytes(12).toString('base64url');
  const held: ApproverSecret = { key: id, name, privateKey, secret: made.secret, memory: made.memory ?? { lastStep: 0, wrong: [] } };
  await mkdir(humanFiles(environment).secrets, { recursive: true, mode: 0o700 });
  if (!(await createPrivate(secretPath(environment, made.kind), JSON.stringify(held)))) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'You have enrolled this way before.',
      `To begin anew, remove ${secretPath(environment, made.kind)} and its entry in approvers.json.`,
    );
  }
  await state.journal.append({ kind: 'enrolled', by: name, method: made.kind, says: `Key ${id}` });
  return addApprover(environment, { id, name, kind: made.kind, publicKey, enrolledAt: state.now().toISOString() });
}

function secretPath(environment: NodeJS.ProcessEnv, kind: 'key' | 'totp'): string {
  return join(humanFiles(environment).secrets, `${kind}.json`);
}

function fromBase32(secret: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}
