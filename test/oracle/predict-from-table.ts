/**
 * The simplest prediction: what the checked-in table says. It proves that the table is what the servers do; the analyser's
 * predictions are judged by the same test.
 */
import { readFileSync } from 'node:fs';
import type { Prediction } from './agreement.js';
import type { EffectsTable } from './effects-table.js';

const file = new URL('../../src/sql/postgres/facts/effects.generated.json', import.meta.url);

export function readEffectsTable(): EffectsTable {
  return JSON.parse(readFileSync(file, 'utf8')) as EffectsTable;
}

/** The outcome that the table holds for this shape and major, in roles; `null` if it holds none. */
export function predictFromTable(table: EffectsTable, id: string, major: number): Prediction | null {
  const range = table.effects[id]?.find(({ versions: [first, last] }) => first <= major && major <= last);
  if (!range) return null;
  const { versions: _, ...outcome } = range;
  return outcome;
}
