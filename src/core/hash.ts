/** Hashes of data, the same whatever the order in which its keys were written. */
import { createHash } from 'node:crypto';

/**
 * Canonical JSON: keys sorted at every level, lists in order, no white space; maps as sorted pairs, sets as sorted lists.
 *
 * @param value plain data; `undefined` members are left out, as JSON does
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (each instanceof Map) return [...each].sort(([a], [b]) => compare(String(a), String(b)));
    if (each instanceof Set) return [...each].sort((a, b) => compare(String(a), String(b)));
    if (each !== null && typeof each === 'object' && !Array.isArray(each)) {
      return Object.fromEntries(Object.entries(each).sort(([a], [b]) => compare(a, b)));
    }
    return each;
  });
}

/** SHA-256 of the canonical JSON of a value, in hexadecimal. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
