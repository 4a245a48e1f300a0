/**
 * How lockkeeper writes names of PostgreSQL objects: `schema.name`, each part in double quotes only when it needs them.
 * Everything that makes or compares such names goes through this file.
 */

/**
 * Words that PostgreSQL calls reserved, with or without "can be function or type" (documentation, appendix C; `catcode`
 * R and T of `pg_get_keywords()`, the union of the servers 14 to 18).
 */
const reservedWords = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
   concurrently constraint create cross current_catalog current_date current_role current_schema current_time
   current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
   full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
   localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning
   right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user
   using variadic verbose when where window with`.split(/\s+/),
);

const plainName = /^[a-z_][a-z0-9_$]*$/;
const plainDotted = /^[a-z_][a-z0-9_$]*(?:\.[a-z_][a-z0-9_$]*)*$/;

/**
 * A name as it must be written in SQL.
 *
 * @param name the name as the catalog stores it: `users`, `Users`, `order`
 * @returns the name itself when it needs no quotes, otherwise quoted: `"Users"`, `"order"`
 */
export function quoteIdentifier(name: string): string {
  return plainName.test(name) && !reservedWords.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/**
 * A qualified name from its parts as the catalog stores them.
 *
 * @param parts schema and name, or schema, relation and column
 * @returns `public.users`, `public."Users"`
 */
export function qualify(...parts: [string, string, ...string[]]): string {
  let name = quoteIdentifier(parts[0]);
  for (let at = 1; at < parts.length; at++) name += `.${quoteIdentifier(parts[at]!)}`;
  return name;
}

/**
 * The parts of a dotted name, quotes taken off. Parts without quotes are folded to lower case, as the server does.
 *
 * @param name `public.users`, `public."User.Table"`, `users`
 * @returns the parts, one when the name is not qualified; text that is no name comes back as one part
 */
export function splitName(name: string): string[] {
  if (plainDotted.test(name)) return name.split('.');
  const parts: string[] = [];
  const part = /\s*(?:"((?:[^"]|"")*)"|([^".]+?))\s*(\.|$)/y;
  while (true) {
    const match = part.exec(name);
    if (!match) return [name];
    parts.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : (match[2] ?? '').toLowerCase());
    if (match[3] === '') return parts;
  }
}

/**
 * Schema and name of a qualified name.
 *
 * @param name `public.users`; of a longer name the last two parts count
 * @returns `schema` is null when the name is not qualified
 */
export function splitQualified(name: string): { schema: string | null; name: string } {
  const parts = splitName(name);
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? name };
}
