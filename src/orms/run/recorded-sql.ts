import { literal } from '../history-table.js';

/**
 * A statement that was sent with parameters, as one that stands alone. Numbers inside strings, identifiers and comments are left.
 *
 * @param values as recorded; one that is not text (`undefined`) becomes NULL, which changes no lock
 */
export function withValues(sql: string, values: readonly (string | null | undefined)[]): string {
  if (values.length === 0) return sql;
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)\b/g, (whole, number: string | undefined) => {
    if (number === undefined) return whole;
    const value = values[Number(number) - 1];
    return value == null ? 'NULL' : literal(value);
  });
}
