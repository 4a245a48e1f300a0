import { existsSync, readFileSync } from 'node:fs';

/**
 * Prints the table of kinds of drift by schema that the judge of drift wrote: found, named, and mended by its own statements.
 *
 * @param file one JSON object a line: label, kind, state
 */
export function printDrift(file) {
  if (!existsSync(file)) return;
  const cells = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const labels = [...new Set(cells.map((cell) => cell.label))].sort();
  const kinds = [...new Set(cells.map((cell) => cell.kind))];
  const states = new Map(cells.map((cell) => [`${cell.label} ${cell.kind}`, cell.state]));
  const first = Math.max(...kinds.map((kind) => kind.length));
  const lines = kinds.map((kind) => {
    const row = labels.map(
      (label, at) => ({ ok: 'ok', FAILED: 'NO' })[states.get(`${label} ${kind}`)]?.padEnd(String(at + 1).length + 1) ?? '- '.padEnd(3),
    );
    return `${kind.padEnd(first)}  ${row.join(' ')}`;
  });
  const head = labels.map((label, at) => `${at + 1} ${label}`).join(', ');
  const failed = cells.filter((cell) => cell.state !== 'ok').length;
  process.stdout.write(
    `\nDrift: found, named, and mended by its own statements ("-": the server does not know the statement)\n${head}\n\n${lines.join('\n')}\n\n${kinds.length} kinds, ${cells.length} cells, ${failed} failed\n`,
  );
}
