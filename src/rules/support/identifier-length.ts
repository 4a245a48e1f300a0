/** Bytes of a name that PostgreSQL keeps (NAMEDATALEN - 1). */
export const longestName = 63;

/** Quick look: 64 letters in a row without a space, a quoted name of 64, or letters that take several bytes. */
function mayBeOverlong(sql: string): boolean {
  let start = 0;
  let quoted = false;
  for (let at = 0; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (code > 127) return true;
    if (code === 34) {
      quoted = !quoted;
      if (!quoted && at - start > longestName) return true;
      start = at + 1;
    } else if (!quoted && code <= 47 && code !== 36) {
      if (at - start > longestName) return true;
      start = at + 1;
    }
  }
  return sql.length - start > longestName;
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Names written in the statement that PostgreSQL would cut short; strings and comments left out. */
export function overlongNames(sql: string): string[] {
  if (sql.length <= longestName || !mayBeOverlong(sql)) return [];
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
