import { existsSync, readFileSync } from 'node:fs';

const signs = { ok: 'ok', FAILED: 'FAILED', skipped: 'skipped' };

/**
 * Prints the table of stack by behaviour that the conformance suite wrote, and below it what a tool does not offer, with our way round.
 *
 * @param file one JSON object a line: tool, behaviour, state
 */
export function printConformance(file) {
  if (!existsSync(file)) return;
  const cells = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const onMajors = cells.filter((cell) => cell.tool.includes(' on PostgreSQL '));
  print(
    'Every stack with its real tool ("-": only the core is run against a previous major)',
    cells.filter((cell) => !onMajors.includes(cell)),
  );
  if (onMajors.length > 0) print('The oldest and the newest major of PostgreSQL', onMajors);
}

function print(title, cells) {
  const tools = [...new Set(cells.map((cell) => cell.tool))].sort();
  const behaviours = [...new Set(cells.map((cell) => cell.behaviour))];
  const widths = tools.map((tool) => Math.max(tool.length, 7));
  const first = Math.max(...behaviours.map((behaviour) => behaviour.length));
  const notes = [];
  const lines = behaviours.map((behaviour) => {
    const row = tools.map((tool, at) => {
      const state = cells.find((cell) => cell.tool === tool && cell.behaviour === behaviour)?.state ?? '';
      if (state !== '' && !signs[state]) notes.push(`${tool}, ${behaviour}: ${state}`);
      return (state === '' ? '-' : (signs[state] ?? 'not (*)')).padEnd(widths[at]);
    });
    return `${behaviour.padEnd(first)}  ${row.join('  ')}`;
  });
  const head = `${''.padEnd(first)}  ${tools.map((tool, at) => tool.padEnd(widths[at])).join('  ')}`;
  process.stdout.write(`\n${title}\n\n${[head, ...lines].join('\n')}\n`);
  if (notes.length > 0) process.stdout.write(`\n(*) not offered by the tool:\n${notes.map((note) => `  ${note}`).join('\n')}\n`);
}
