/** A passkey in software, made over node:crypto alone: what a browser and an authenticator would send. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Passkey {
  id: string;
  publicKey: string;
  privateKey: KeyObject;
}

export function makePasskey(): Passkey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    id: randomBytes(16).toString('base64url'),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
    privateKey,
  };
}

/** Signs a challenge. What a forger would change can be given. */
export function assert(
  key: Passkey,
  challenge: Buffer,
  origin: string,
  forged: { type?: string; flags?: number; relyingParty?: string; crossOrigin?: boolean } = {},
): { credential: string; clientData: string; authenticatorData: string; signature: string } {
  const clientData = Buffer.from(
    JSON.stringify({
      type: forged.type ?? 'webauthn.get',
      challenge: challenge.toString('base64url'),
      origin,
      crossOrigin: forged.crossOrigin ?? false,
    }),
  );
  const counter = Buffer.alloc(4);
  const authenticatorData = Buffer.concat([
    createHash('sha256')
      .update(forged.relyingParty ?? 'localhost')
      .digest(),
    Buffer.from([forged.flags ?? 0x05]),
    counter,
  ]);
  const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]);
  return {
    credential: key.id,
    clientData: clientData.toString('base64url'),
    authenticatorData: authenticatorData.toString('base64url'),
    signature: sign('sha256', signed, key.privateKey).toString('base64url'),
  };
}

/** An entry of the approvers' file. */
export function entryOf(key: Passkey, name = 'Ada'): Record<string, unknown> {
  return { id: key.id, name, kind: 'passkey', publicKey: key.publicKey, enrolledAt: '2026-11-01T00:00:00.000Z' };
}
