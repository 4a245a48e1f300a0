/** Placeholders in Flyway's SQL: known values are put in, unknown ones are noted. */
import type { Migration } from '../../core/stack.js';
import { baseName } from '../paths.js';
import { lineAt } from '../tool.js';
import { flag, optionText, type FlywaySource } from './options.js';

/** Values under such names may be secrets: they stay out of the SQL that lockkeeper shows. */
const secret = /pass|pwd|secret|token|credential|private|api.?key/i;

/**
 * Replaces placeholders as Flyway does before it runs a script.
 *
 * @param notes takes `templated …` for values that the configuration does not hold
 */
export function replacePlaceholders(sql: string, file: string, source: FlywaySource, notes: Migration['notes'], replaces: boolean): string {
  const prefix = optionText(source, 'placeholderPrefix') ?? '${';
  const suffix = optionText(source, 'placeholderSuffix') ?? '}';
  if (!replaces || !flag(source, 'placeholderReplacement', true) || !sql.includes(prefix)) return sql;
  const unknown = new Map<string, number>();
  const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const replaced = sql.replace(
    new RegExp(`${quoted(prefix)}\\s*([^\\s${quoted(suffix[0] ?? '}')}]{1,200}?)\\s*${quoted(suffix)}`, 'g'),
    (all, name: string, offset: number) => {
      const value = builtIn(name, file, source) ?? optionText(source, `placeholders.${name}`);
      if (value !== null && !value.includes('${') && !secret.test(name)) return value;
      if (!unknown.has(name)) unknown.set(name, lineAt(sql, offset));
      return all;
    },
  );
  if (sql.includes(`${prefix}flyway:timestamp${suffix}`))
    notes.push({ message: 'flyway:timestamp is the time of the run; a time of long ago stands for it here', line: null });
  for (const [name, line] of unknown) {
    const why = secret.test(name) ? 'its value is not shown' : 'the configuration has no value for it';
    notes.push({ message: `templated: the placeholder ${name} is replaced when the migration runs; ${why}`, line });
  }
  return replaced;
}

/** What is known before a run. The user, the database and the working folder belong to the run. */
function builtIn(name: string, file: string, source: FlywaySource): string | null {
  if (name === 'flyway:filename') return baseName(file);
  if (name === 'flyway:timestamp') return '2000-01-01 00:00:00';
  if (name === 'flyway:defaultSchema')
    return optionText(source, 'defaultSchema') ?? optionText(source, 'schemas')?.split(',')[0]?.trim() ?? null;
  if (name === 'flyway:table') return optionText(source, 'table') ?? 'flyway_schema_history';
  return null;
}
