import { quoteIdentifier } from '../../core/names.js';

const token =
  /'(?:[^']|'')*'|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|::\s*[\w."]+|"(?:[^"]|"")+"|[A-Za-z_][\w$]*(\s*\()?/g;

/**
 * An expression with one column under another name. Strings, comments, casts and functions of the same name are left alone.
 *
 * @param sql text of an expression on one table
 */
export function renameIn(sql: string, column: string, to: string): string {
  return sql.replace(token, (found, _tag, call: string | undefined) => {
    if (call !== undefined) return found;
    const name = found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found.toLowerCase();
    return /^["A-Za-z_]/.test(found) && name === column ? quoteIdentifier(to) : found;
  });
}

/** True when a text names the column, as far as its words tell. */
export function mentions(sql: string, column: string): boolean {
  return renameIn(sql, column, `${column}__`) !== sql;
}
