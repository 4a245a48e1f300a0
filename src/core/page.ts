import { LockkeeperError } from './errors.js';

/** One part of a long list. */
export interface Page<Item> {
  items: Item[];
  /** Length of the whole list. */
  total: number;
  /** Give it back to get the next part; null at the end. */
  cursor: string | null;
}

const prefix = 'after:';

/**
 * Cuts a long list.
 *
 * @param list the whole list; it must be the same for every cursor
 * @param cursor what the part before answered; null or undefined for the first part
 * @param limit items a part
 * @throws LockkeeperError CURSOR_INVALID
 */
export function page<Item>(list: readonly Item[], cursor?: string | null, limit = 20): Page<Item> {
  const start = cursor === undefined || cursor === null ? 0 : decode(cursor, list.length);
  const end = Math.min(start + Math.max(1, Math.floor(limit)), list.length);
  return { items: list.slice(start, end), total: list.length, cursor: end < list.length ? encode(end, list.length) : null };
}

function encode(offset: number, total: number): string {
  return Buffer.from(`${prefix}${offset}/${total}`, 'utf8').toString('base64url');
}

/** The length of the list is part of the cursor: a list that has changed meanwhile is not silently skipped over. */
function decode(cursor: string, total: number): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = /^after:(\d{1,9})\/(\d{1,9})$/.exec(text);
  const offset = Number(match?.[1] ?? Number.NaN);
  if (!match || Number(match[2]) !== total || offset < 1 || offset >= total || encode(offset, total) !== cursor) {
    throw new LockkeeperError('CURSOR_INVALID', 'The cursor is not one that this list gave out.', 'Ask again without a cursor.');
  }
  return offset;
}
