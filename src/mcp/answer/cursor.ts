import { createHash } from 'node:crypto';
import { LockkeeperError } from '../../core/errors.js';

/**
 * A cursor holds how far each list was shown, and a fingerprint of the whole answer: when the files have changed in
 * between, the next part would not fit the first, and the cursor is refused.
 */
export function encodeCursor(offsets: readonly number[], fingerprint: string): string {
  return Buffer.from(`${offsets.join(',')};${fingerprint}`, 'utf8').toString('base64url');
}

/** @throws LockkeeperError CURSOR_INVALID */
export function decodeCursor(cursor: string, lengths: readonly number[], fingerprint: () => string): number[] {
  const [numbers = '', print = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split(';');
  const offsets = numbers.split(',').map((number) => (/^\d{1,9}$/.test(number) ? Number(number) : Number.NaN));
  const fits = offsets.length === lengths.length && offsets.every((offset, at) => offset <= (lengths[at] ?? -1));
  if (!fits || print !== fingerprint() || encodeCursor(offsets, print) !== cursor) {
    throw new LockkeeperError(
      'CURSOR_INVALID',
      'The cursor does not belong to this answer, or what it was about has changed.',
      'Ask again without a cursor.',
    );
  }
  return offsets;
}

/** Short digest of what makes an answer the same answer. */
export function fingerprintOf(parts: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 16);
}
