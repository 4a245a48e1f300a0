import { redact } from '../../core/redact.js';
import { sanitise } from '../../core/sanitise.js';

/** How much of long texts and lists an answer carries: characters of a text, items of an inner list, bytes in all. */
export interface Detail {
  sql: number;
  sentence: number;
  fixSql: number;
  innerList: number;
  bytes: number;
  textLines: number;
}

export type ResponseFormat = 'concise' | 'detailed';

/** Clients warn at about 10 000 tokens and cut older answers at 10 KiB; `concise` aims at 8 KB, nothing passes 20 KB. */
export const details: Record<ResponseFormat | 'minimal', Detail> = {
  concise: { sql: 240, sentence: 320, fixSql: 800, innerList: 6, bytes: 6_600, textLines: 8 },
  detailed: { sql: 1_500, sentence: 1_200, fixSql: 2_500, innerList: 15, bytes: 15_000, textLines: 12 },
  minimal: { sql: 120, sentence: 160, fixSql: 200, innerList: 3, bytes: 4_000, textLines: 5 },
};

/** Bytes that the structured and the text half of an answer never pass together. */
export const mostBytes = 20_000;

/**
 * Text of a file or a database as an answer may show it: no control characters, no secrets, and no longer than said; a
 * marker says what is missing.
 */
export function shown(text: string, most: number): string {
  // Enough to redact what the cut would otherwise tear apart, without reading megabytes.
  const clean = redact(sanitise(text.slice(0, most * 8)));
  if (clean.length <= most && text.length <= most * 8) return clean;
  const kept = clean.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return `${kept} … [cut: ${text.length} characters in all]`;
}

/** Size of a value as it goes over the wire. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}
