/**
 * Passkeys, as far as this use needs them: assertions of keys without attestation (Web Authentication Level 3, section
 * 7.2). The public key is pinned when it is enrolled and proves itself at once by a first assertion, so that no CBOR is
 * read.
 */
import { createHash, createPublicKey, timingSafeEqual, verify } from 'node:crypto';

/** The page is on http://localhost, which browsers take for a secure context; addresses of numbers cannot have passkeys. */
const relyingParty = 'localhost';

const userPresent = 0x01;
const userVerified = 0x04;
const leastAuthenticatorData = 37;

export interface Assertion {
  /** base64url, as the browser gives them. */
  clientData: string;
  authenticatorData: string;
  signature: string;
}

/**
 * Checks an assertion.
 *
 * @param publicKey SubjectPublicKeyInfo, base64url
 * @param expected the challenge that was to be signed, and the origin of the page
 * @returns what is wrong, or null when a verified user signed exactly this challenge on that page
 */
export function assertionFault(assertion: Assertion, publicKey: string, expected: { challenge: Buffer; origin: string }): string | null {
  const clientData = Buffer.from(assertion.clientData, 'base64url');
  const authenticatorData = Buffer.from(assertion.authenticatorData, 'base64url');
  const client = parsed(clientData);
  if (client === null) return 'the client data cannot be read';
  if (client.type !== 'webauthn.get') return 'it is no assertion';
  if (!same(Buffer.from(String(client.challenge), 'base64url'), expected.challenge)) return 'it answers another challenge';
  if (client.origin !== expected.origin) return 'it was made on another page';
  if (client.crossOrigin === true) return 'it was made in a frame of another page';
  if (authenticatorData.length < leastAuthenticatorData) return 'the authenticator data is too short';
  if (!same(authenticatorData.subarray(0, 32), createHash('sha256').update(relyingParty).digest()))
    return 'it is for another relying party';
  const flags = authenticatorData[32] ?? 0;
  if ((flags & userPresent) === 0) return 'nobody was present';
  if ((flags & userVerified) === 0) return 'the user was not verified';
  const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]);
  return signatureHolds(signed, assertion.signature, publicKey) ? null : 'the signature does not verify';
}

/**
 * Checks what the browser made for a new passkey. Nothing in it is signed: the first assertion is what proves the key.
 *
 * @returns what is wrong, or null
 */
export function creationFault(
  made: { id: string; clientData: string; authenticatorData: string },
  expected: { challenge: Buffer; origin: string },
): string | null {
  const client = parsed(Buffer.from(made.clientData, 'base64url'));
  const data = Buffer.from(made.authenticatorData, 'base64url');
  if (client === null || client.type !== 'webauthn.create') return 'it was not made here';
  if (!same(Buffer.from(String(client.challenge), 'base64url'), expected.challenge)) return 'it answers another challenge';
  if (client.origin !== expected.origin) return 'it was made on another page';
  if (data.length < 55 || !same(data.subarray(0, 32), createHash('sha256').update(relyingParty).digest()))
    return 'it is for another relying party';
  if (((data[32] ?? 0) & userVerified) === 0) return 'the user was not verified';
  // Attested credential data: 16 bytes of model, 2 of length, then the id.
  const id = data.subarray(55, 55 + data.readUInt16BE(53));
  return same(id, Buffer.from(made.id, 'base64url')) ? null : 'its id does not fit';
}

/** True for an origin that the page can have: http on localhost, any port. */
export function isPageOrigin(origin: string): boolean {
  return /^http:\/\/localhost:\d{1,5}$/.test(origin);
}

function signatureHolds(signed: Buffer, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
    const supported = key.asymmetricKeyType === 'ec' || key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ed25519';
    return supported && verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

function parsed(clientData: Buffer): { type?: unknown; challenge?: unknown; origin?: unknown; crossOrigin?: unknown } | null {
  try {
    const value: unknown = JSON.parse(clientData.toString('utf8'));
    return value !== null && typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
