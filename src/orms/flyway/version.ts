/** Versions and checksums as Flyway counts them. */
import { crc32 } from 'node:zlib';
import { baseName } from '../paths.js';

/** Version in a file's name, in one spelling: `1.0` is `1`, `2_1` is `2.1`; null for repeatable and other files. */
export function flywayVersion(file: string): string | null {
  const found = /^[A-Za-z]*?(\d[\d._]*?)__/.exec(baseName(file))?.[1];
  return found === undefined || /^R__/.test(baseName(file)) ? null : normalVersion(found);
}

/** One spelling of a version. */
export function normalVersion(version: string): string {
  const parts = version.split(/[._]/).map((part) => BigInt(part === '' ? '0' : part));
  while (parts.length > 1 && parts.at(-1) === 0n) parts.pop();
  return parts.join('.');
}

/** Orders versions by their numbers. */
export function compare(a: string, b: string): number {
  const [left, right] = [a.split('.').map(BigInt), b.split('.').map(BigInt)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0n) - (right[at] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}

/**
 * CRC32 over the UTF-8 of all lines without their ends, signed. Measured with Flyway 11.20.3; versioned files before, repeatable ones
 * after placeholders are replaced.
 */
export function flywayChecksum(text: string): number {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines.reduce((sum, line) => crc32(Buffer.from(line, 'utf8'), sum), 0) | 0;
}
