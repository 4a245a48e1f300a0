/** Public keys of the people who may approve. */
import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import { LockkeeperError } from '../core/errors.js';
import { humanFiles } from './human-files.js';
import { readIfThere, writePrivate } from './private-files.js';
import { type Strength, strengthOf } from './who-can-write.js';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const approver = z.strictObject({
  /** Of a passkey its credential id; of other keys a random one. */
  id: base64url,
  name: z.string().min(1).max(100),
  /** `passkey`: WebAuthn. `key`: Ed25519, behind a passphrase. `totp`: Ed25519, used after a code of six digits. */
  kind: z.enum(['passkey', 'key', 'totp']),
  /** SubjectPublicKeyInfo. */
  publicKey: base64url,
  enrolledAt: z.iso.datetime(),
});
const file = z.strictObject({ approvers: z.array(approver) });

export type Approver = z.infer<typeof approver>;

export interface Approvers {
  list: Approver[];
  /** Where they were read; null when nobody is enrolled. */
  file: string | null;
  strength: Strength;
}

/**
 * Reads the keys: those of the administrator's file when there is one, and then only those; else the person's own.
 *
 * @throws LockkeeperError POLICY_INVALID
 */
export async function readApprovers(environment: NodeJS.ProcessEnv): Promise<Approvers> {
  const files = humanFiles(environment);
  for (const path of [files.managedApprovers, files.approvers]) {
    const list = await readFileOf(path);
    if (list !== null) return { list, file: path, strength: await strengthOf(path) };
  }
  return { list: [], file: null, strength: { strong: false, why: 'nobody is enrolled' } };
}

/** Adds a key to the person's own file. Throws POLICY_INVALID when that file cannot be understood. */
export async function addApprover(environment: NodeJS.ProcessEnv, added: Approver): Promise<string> {
  const files = humanFiles(environment);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  const before = (await readFileOf(files.approvers)) ?? [];
  await writePrivate(files.approvers, `${JSON.stringify({ approvers: [...before, approver.parse(added)] }, null, 2)}\n`);
  return files.approvers;
}

async function readFileOf(path: string): Promise<Approver[] | null> {
  const text = await readIfThere(path).catch(() => {
    throw invalid(path);
  });
  if (text === null) return null;
  try {
    return file.parse(JSON.parse(text)).approvers;
  } catch {
    throw invalid(path);
  }
}

function invalid(path: string): LockkeeperError {
  return new LockkeeperError(
    'POLICY_INVALID',
    `${path} cannot be understood.`,
    'Mend or remove it; nobody can approve while it is like this.',
  );
}
