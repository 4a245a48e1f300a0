import { splitName } from '../../core/names.js';
import type { RuleContext } from '../rule.js';

/** The statement as written, ending in one semicolon. */
export function statementText(context: RuleContext): string {
  return `${withoutSemicolon(context.statement.sql)};`;
}

/** SQL without its last semicolon. */
export function withoutSemicolon(sql: string): string {
  const text = sql.trim();
  return text.endsWith(';') ? text.replace(/(\s*;)+$/, '') : text;
}

/** A string as SQL writes it. */
export function quoteLiteral(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Last part of a qualified name, without quotes. */
export function bareName(name: string): string {
  return splitName(name).at(-1) ?? name;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
