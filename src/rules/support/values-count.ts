/** Number of values in the first row of `VALUES (…)`; null when there is none that can be read. */
export function valuesInFirstRow(sql: string): number | null {
  const start = /\bVALUES\s*\(/i.exec(sql);
  if (!start) return null;
  let depth = 1;
  let count = 1;
  let isQuoted = false;
  for (const character of sql.slice(start.index + start[0].length)) {
    if (character === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    else if (character === ',' && depth === 1) count += 1;
    if (depth === 0) return count;
  }
  return null;
}
