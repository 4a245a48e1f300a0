/** The table of effects that the analyser reads: outcomes by shape, with equal outcomes of neighbouring versions put together. */
import type { Outcome } from './roles.js';

export interface EffectsTable {
  /** Major -> the version that was measured. */
  servers: Record<string, string>;
  effects: Record<string, (Outcome & { versions: [number, number] })[]>;
}

/** Puts the outcomes of all servers together. */
export function buildEffectsTable(
  servers: { major: number; version: string }[],
  outcomes: Map<number, Map<string, Outcome>>,
  ids: string[],
): EffectsTable {
  const ascending = [...servers].sort((a, b) => a.major - b.major);
  const effects: EffectsTable['effects'] = {};
  for (const id of [...ids].sort()) {
    const ranges: EffectsTable['effects'][string] = [];
    for (const { major } of ascending) {
      const outcome = outcomes.get(major)?.get(id);
      if (!outcome) continue;
      const last = ranges.at(-1);
      if (last && last.versions[1] === major - 1 && sameOutcome(last, outcome)) last.versions[1] = major;
      else ranges.push({ versions: [major, major], ...outcome });
    }
    effects[id] = ranges;
  }
  return { servers: Object.fromEntries(ascending.map(({ major, version }) => [String(major), version])), effects };
}

/** JSON with one shape a line, so that a change of one fact is a change of one line. */
export function formatEffectsTable(table: EffectsTable): string {
  const lines = Object.entries(table.effects).map(([id, ranges]) => `    ${JSON.stringify(id)}: ${JSON.stringify(ranges)}`);
  return `{\n  "servers": ${JSON.stringify(table.servers)},\n  "effects": {\n${lines.join(',\n')}\n  }\n}\n`;
}

function sameOutcome({ versions: _, ...a }: EffectsTable['effects'][string][number], b: Outcome): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
