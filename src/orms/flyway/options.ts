/** Flyway's settings, whichever file they come from, under one spelling. */

export interface FlywayOption {
  value: string;
  /** Variables that a `${…}` in the value names. */
  variables: string[];
  file: string;
  line: number | null;
}

export type FlywaySourceKind = 'toml' | 'conf' | 'maven' | 'gradle' | 'code' | 'spring' | 'quarkus';

/** One place that configures Flyway. */
export interface FlywaySource {
  kind: FlywaySourceKind;
  /** Folder from which relative locations count. */
  module: string;
  file: string;
  line: number | null;
  what: string;
  options: Map<string, FlywayOption>;
  undetermined: string[];
}

/** `sql-migration-prefix`, `sqlMigrationPrefix` and `SQL_MIGRATION_PREFIX` are one key. Names of placeholders keep their case folded too. */
export function optionKey(written: string): string {
  return written.replaceAll(/[-_]/g, '').toLowerCase();
}

/** Sets an option, with the variables that its value names: `${X}`, `${X:default}`, `${env.X}`, `%env:X%`. */
export function setOption(source: FlywaySource, key: string, value: unknown, line: number | null, file = source.file): void {
  const text = Array.isArray(value) ? value.map(String).join(',') : typeof value === 'object' ? null : String(value);
  if (text === null) return;
  const variables = [...text.matchAll(/\$\{(?:env\.)?([A-Za-z_][\w.-]*)/g)].map((found) => found[1]!);
  source.options.set(optionKey(key), { value: text, variables, file, line });
}

/** A yes-or-no option; the default when it is not set. */
export function flag(source: FlywaySource, key: string, otherwise: boolean): boolean {
  const value = source.options.get(optionKey(key))?.value.trim().toLowerCase();
  return value === undefined ? otherwise : value === 'true';
}

/** A text option, or null. */
export function optionText(source: FlywaySource, key: string): string | null {
  return source.options.get(optionKey(key))?.value ?? null;
}

/** Flattens nested tables to dotted keys. */
export function flattened(value: unknown, prefix = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, prefix === '' ? key : `${prefix}.${key}`));
}
