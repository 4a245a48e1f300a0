/** Bytes of a name that PostgreSQL keeps (NAMEDATALEN - 1). */
export const longestName = 63;

/** Quick look: 64 letters in a row, a long quoted name, or letters that take several bytes. */
const mayBeOverlong = /[\w$]{64}|"[^"]{64}|""|[\u0080-\uffff]/;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Names written in the statement that PostgreSQL would cut short; strings and comments left out. */
export function overlongNames(sql: string): string[] {
  if (sql.length <= longestName || !mayBeOverlong.test(sql)) return [];
  const code = sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'/g, ' ');
  const names = [...code.matchAll(/"((?:[^"]|"")+)"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g)].map((match) =>
    (match[1] ?? match[0]).replaceAll('""', '"'),
  );
  return [...new Set(names.filter((name) => bytes(name) > longestName))];
}

/** A name of 63 bytes at most that still tells two long names apart. */
export function shortenedName(name: string): string {
  let checksum = 0;
  for (const character of name) checksum = (checksum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  let kept = name;
  while (bytes(kept) > 50) kept = kept.slice(0, -1);
  return `${kept}_${checksum.toString(16).padStart(8, '0')}`;
}
