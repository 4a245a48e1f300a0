/** Ed25519 keys of approvers: behind a passphrase, or beside the secret of their codes. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { LockkeeperError } from '../../core/errors.js';
import { canonicalJson } from '../../core/hash.js';
import type { Approval } from '../../core/run-plan.js';

/** What an approval's signature covers: everything of it but the proof, and the nonce. */
function signedBytes(approval: Omit<Approval, 'proof'>, nonce: string): Buffer {
  const { planId, planHash, level, by, method, humanVerified, at, expiresAt, shown } = approval;
  const signed = { planId, planHash, level, by, method, humanVerified, at, expiresAt, shown, nonce };
  return Buffer.from(`lockkeeper approval 1\n${canonicalJson(signed)}`);
}

/**
 * Makes a key.
 *
 * @param passphrase null: the private key is kept as it is
 * @returns the private key as PEM, the public one as SubjectPublicKeyInfo in base64url
 */
export function makeKey(passphrase: string | null): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const protection = passphrase === null ? {} : { cipher: 'aes-256-cbc', passphrase };
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem', ...protection }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
  };
}

/**
 * Signs an approval.
 *
 * @throws LockkeeperError APPROVAL_INVALID when the passphrase is wrong
 */
export function signApproval(approval: Omit<Approval, 'proof'>, nonce: string, privateKey: string, passphrase: string | null): string {
  try {
    const key = createPrivateKey({ key: privateKey, format: 'pem', ...(passphrase === null ? {} : { passphrase }) });
    return sign(null, signedBytes(approval, nonce), key).toString('base64url');
  } catch {
    throw new LockkeeperError('APPROVAL_INVALID', 'The key does not open with this passphrase.', 'Try again. Nothing was approved.');
  }
}

/** True when the key of the approver signed exactly this approval. */
export function signatureHolds(approval: Omit<Approval, 'proof'>, nonce: string, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, signedBytes(approval, nonce), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
