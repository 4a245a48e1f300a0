/** The table of type changes that the analyser reads: a matrix of numbers, each the number of an outcome. */
import type { TestServer } from '../../support/servers.js';
import { measureTypeChanges, type TypeChange, type TypeChanges } from './measure.js';
import { types } from './types.js';

/** What a change does in a range of versions. */
export type VersionedTypeChange = TypeChange & { versions: [number, number] };

/** Measures all servers and writes the table as JSON, one type a line. */
export async function generateTypeChanges(servers: TestServer[]): Promise<string> {
  const measured: TypeChanges[] = await Promise.all(servers.map((server) => measureTypeChanges(server, types)));
  const outcomes: string[] = [];
  const changes = types.map((_, from) =>
    types.map((_, to) => {
      const outcome = JSON.stringify(inRanges(servers, measured, from, to));
      if (!outcomes.includes(outcome)) outcomes.push(outcome);
      return outcomes.indexOf(outcome);
    }),
  );
  // Numbers by content, not by order of discovery, so that one new outcome does not change every line.
  const sorted = [...outcomes].sort();
  const number = outcomes.map((outcome) => sorted.indexOf(outcome));
  const lines = changes.map((row, from) => `    ${JSON.stringify(types[from])}: ${JSON.stringify(row.map((outcome) => number[outcome]))}`);
  const versions = JSON.stringify(Object.fromEntries(servers.map(({ major, version }) => [String(major), version])));
  return `{\n  "servers": ${versions},\n  "types": ${JSON.stringify(types)},\n  "outcomes": [\n${sorted.map((outcome) => `    ${outcome}`).join(',\n')}\n  ],\n  "changes": {\n${lines.join(',\n')}\n  }\n}\n`;
}

function inRanges(servers: TestServer[], measured: TypeChanges[], from: number, to: number): VersionedTypeChange[] {
  const ranges: VersionedTypeChange[] = [];
  servers.forEach(({ major }, server) => {
    const change = measured[server]?.[from]?.[to];
    if (!change) return;
    const last = ranges.at(-1);
    if (last && last.allowed === change.allowed && last.rewrite === change.rewrite && last.index === change.index) last.versions[1] = major;
    else ranges.push({ versions: [major, major], ...change });
  });
  return ranges;
}
