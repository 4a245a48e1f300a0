/** Prints rows as a table; the first row is the head. */
export function printTable(rows) {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)));
  for (const [number, row] of rows.entries()) {
    process.stdout.write(`| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |\n`);
    if (number === 0) process.stdout.write(`| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`);
  }
}

export const milliseconds = (time) => `${time < 10 ? time.toFixed(2) : Math.round(time)} ms`;
export const rate = (statements, time) => `${Math.round((statements / time) * 1000).toLocaleString('en')} statements/s`;
export const ratio = (value) => `${value.toFixed(2)}x`;
/** Says whether a target was met. */
export const verdict = (met) => (met ? 'met' : 'MISSED');
