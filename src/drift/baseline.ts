/** Known drift, kept in a file of the repository. */
import * as z from 'zod';
import type { DriftDifference } from '../core/drift.js';
import { LockkeeperError } from '../core/errors.js';

const schema = z.object({
  lockkeeperDrift: z.literal(1),
  accepted: z.array(z.object({ fingerprint: z.string(), object: z.string(), reason: z.string().optional() })),
});

export type Baseline = z.infer<typeof schema>;

/**
 * Reads a baseline.
 *
 * @throws LockkeeperError CONFIG_INVALID
 */
export function readBaseline(text: string, file: string): Baseline {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new LockkeeperError(
      'CONFIG_INVALID',
      `${file} is no baseline of drift.`,
      'Write it anew with lockkeeper drift --write-baseline.',
    );
  }
}

/** A baseline that accepts these differences; reasons that were given stay. */
export function baselineOf(differences: readonly DriftDifference[], before: Baseline | null): string {
  const reasons = new Map(before?.accepted.map((each) => [each.fingerprint, each.reason]));
  const accepted = differences.map(({ fingerprint, kind, object }) => {
    const reason = reasons.get(fingerprint);
    return { fingerprint, object: `${kind} ${object}`, ...(reason === undefined ? {} : { reason }) };
  });
  return `${JSON.stringify({ lockkeeperDrift: 1, accepted } satisfies Baseline, null, 2)}\n`;
}

/** Marks what is accepted, and tells which entries match nothing any more. */
export function acceptKnown(differences: DriftDifference[], baseline: Baseline | null): string[] {
  const known = new Set(baseline?.accepted.map((each) => each.fingerprint));
  for (const difference of differences) difference.accepted = known.has(difference.fingerprint);
  const seen = new Set(differences.map((each) => each.fingerprint));
  return [...known].filter((fingerprint) => !seen.has(fingerprint));
}
