/** Judges predictions against observations, and counts how often they agree. */
import type { Observation, Shape } from './types.js';

/** What an analyser says of a shape before it is run; `null` where it says that it cannot tell. */
export type Prediction = Pick<Observation, 'locks' | 'rewrites' | 'scans' | 'indexBuilds' | 'runsInTransaction'> & { error: string | null };

export interface Agreement {
  major: number;
  shapes: number;
  agreeing: number;
  /** Shapes of which the prediction said that it cannot tell. */
  unknown: string[];
  disagreeing: { id: string; sql: string; differences: string[] }[];
}

export class AgreementCounter {
  readonly result: Agreement;

  constructor(major: number) {
    this.result = { major, shapes: 0, agreeing: 0, unknown: [], disagreeing: [] };
  }

  add(shape: Shape, observation: Observation, prediction: Prediction | null): void {
    this.result.shapes += 1;
    if (prediction === null) {
      this.result.unknown.push(shape.id);
      return;
    }
    const differences = differencesBetween(prediction, { ...observation, error: observation.error?.code ?? null });
    if (differences.length === 0) this.result.agreeing += 1;
    else this.result.disagreeing.push({ id: shape.id, sql: shape.sql, differences });
  }
}

/** One line for each thing that differs; of a statement that fails, only the error counts. */
export function differencesBetween(predicted: Prediction, observed: Prediction): string[] {
  if (predicted.error !== observed.error) return [`error: predicted ${predicted.error ?? 'none'}, observed ${observed.error ?? 'none'}`];
  const differences: string[] = [];
  if (predicted.runsInTransaction !== observed.runsInTransaction) {
    differences.push(`runs in a transaction: predicted ${predicted.runsInTransaction}, observed ${observed.runsInTransaction}`);
  }
  if (observed.error !== null) return differences;
  for (const relation of new Set([...Object.keys(predicted.locks), ...Object.keys(observed.locks)])) {
    const [said, seen] = [predicted.locks[relation] ?? 'none', observed.locks[relation] ?? 'none'];
    if (said !== seen) differences.push(`lock on ${relation}: predicted ${said}, observed ${seen}`);
  }
  for (const list of ['rewrites', 'scans', 'indexBuilds'] as const) {
    const missed = observed[list].filter((relation) => !predicted[list].includes(relation));
    const invented = predicted[list].filter((relation) => !observed[list].includes(relation));
    if (missed.length > 0) differences.push(`${list}: not predicted ${missed.join(', ')}`);
    if (invented.length > 0) differences.push(`${list}: predicted but not observed ${invented.join(', ')}`);
  }
  return differences;
}

/** A table with one line for each server. */
export function agreementTable(agreements: Agreement[]): string {
  const header = ['PostgreSQL', 'shapes', 'agreeing', 'named unknown', 'disagreeing'];
  const rows = [...agreements]
    .sort((a, b) => a.major - b.major)
    .map(({ major, shapes, agreeing, unknown, disagreeing }) => [major, shapes, agreeing, unknown.length, disagreeing.length].map(String));
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [header, ...rows].map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')).join('\n');
}

/** Everything that disagrees, readable. */
export function disagreementReport({ major, disagreeing }: Agreement): string {
  return disagreeing
    .map(({ id, sql, differences }) => `PostgreSQL ${major}, ${id}: ${sql}\n${differences.map((line) => `    ${line}`).join('\n')}`)
    .join('\n');
}
