/** What DATABASES says: dialect, variables, aliases. Values of credentials are never kept. */
import type { Dialect, StackEvidence } from '../../core/stack.js';
import { dialectOfUrl } from '../dialect.js';
import { databaseVariables, dialectOfEnvironment } from '../readers/environment-hint.js';
import { environmentOf, property, textOf, visit, type Value } from '../readers/value.js';
import type { Repository } from '../repository.js';
import { settingText, settingValue, type DjangoSettings } from './settings.js';

export interface DjangoDatabase {
  dialect: Dialect;
  setting: string | null;
  evidence: StackEvidence[];
  undetermined: string[];
}

/** Engines by a word in their path: `django.db.backends.postgresql`, `…postgis`, `psqlextra.backend`, `mysql.connector.django`. */
const engines: [RegExp, Dialect][] = [
  [/postg|psycopg|psqlextra|timescale/i, 'postgres'],
  [/mariadb/i, 'mariadb'],
  [/mysql/i, 'mysql'],
  [/sqlite|spatialite/i, 'sqlite'],
];

/** Reads the default database of a project. */
export function djangoDatabase(repository: Repository, folder: string, settings: DjangoSettings): DjangoDatabase {
  const found: DjangoDatabase = { dialect: 'unknown', setting: null, evidence: [], undetermined: [] };
  const all = settingValue(settings, 'DATABASES');
  const own = settingValue(settings, 'DATABASES.default');
  // A key may be a constant: DATABASES = {DEFAULT_NAME: {…}}.
  const keyOf = (key: string): string => settingText(settings, key) ?? key;
  const entries = all?.value.kind === 'object' ? all.value.entries.map((entry) => ({ key: keyOf(entry.key), value: entry.value })) : [];
  const inside = entries.findLast((entry) => entry.key === 'default')?.value;
  const value = own?.value ?? inside;
  const place = own ?? all;
  if (place === null) {
    found.undetermined.push('database: DATABASES was not found in the settings');
    return found;
  }
  const aliases = entries.map((entry) => entry.key).filter((key) => key !== '...');
  if (aliases.length > 1) {
    found.undetermined.push(`several databases (${aliases.join(', ')}): migrate handles one alias at a time, pass --database`);
  }
  const defaultValue = resolved(settings, value);
  if (defaultValue === undefined || defaultValue.kind === 'dynamic') {
    found.undetermined.push(`database: DATABASES in ${place.file} is computed`);
    found.setting = `DATABASES in ${place.file}`;
    return found;
  }
  const engine = resolved(settings, property(defaultValue, 'ENGINE'));
  const variables = variablesOf(settings, defaultValue);
  const whole = defaultValue.kind === 'call' ? variables[0] : undefined;
  found.setting = whole ?? `DATABASES['default'] in ${place.file}`;
  found.evidence.push({
    file: place.file,
    line: defaultValue.line,
    what: variables.length === 0 ? "DATABASES['default']" : `DATABASES['default'] reads ${variables.join(', ')}`,
  });
  found.dialect = engines.find(([pattern]) => pattern.test(textOf(engine) ?? defaultText(engine)))?.[1] ?? 'unknown';
  if (found.dialect === 'unknown' && defaultValue.kind === 'call') {
    const hint = dialectOfEnvironment(repository, folder, databaseVariables(variables));
    visit(defaultValue, (each) => {
      if (each.kind === 'string' && found.dialect === 'unknown') found.dialect = dialectOfUrl(each.value);
    });
    if (found.dialect !== 'unknown') found.undetermined.push(`dialect: taken from the default of ${whole ?? 'the URL'}`);
    if (hint !== null) {
      found.dialect = hint.dialect;
      found.evidence.push(hint.evidence);
      found.undetermined = found.undetermined.filter((each) => !each.startsWith('dialect:'));
    }
  }
  if (found.dialect === 'unknown')
    found.undetermined.push(
      `dialect: the engine in ${place.file} is ${engine === undefined ? 'not given' : 'computed or not one that lockkeeper judges'}`,
    );
  return found;
}

function resolved(settings: DjangoSettings, value: Value | undefined): Value | undefined {
  if (value?.kind !== 'name') return value;
  return settingValue(settings, value.path)?.value ?? value;
}

/** `env("ENGINE", default="django.db.backends.postgresql")`: the default is a good hint, and no secret. */
function defaultText(value: Value | undefined): string {
  const call = value?.kind === 'either' ? value.parts.find((part) => part.kind === 'string') : value;
  if (call?.kind === 'string') return call.value;
  if (call?.kind !== 'call') return '';
  return textOf(call.named.find((argument) => argument.key === 'default')?.value ?? call.positional[1]) ?? '';
}

function variablesOf(settings: DjangoSettings, value: Value): string[] {
  const names = [...environmentOf(value)];
  visit(value, (each) => {
    if (each.kind === 'name') names.push(...environmentOf(settingValue(settings, each.path)?.value));
    if (each.kind !== 'call') return;
    const given = textOf(each.named.find((argument) => argument.key === 'env')?.value);
    if (/dj_database_url\.config$/.test(each.callee)) names.push(given ?? 'DATABASE_URL');
    else if (/(^|\.)env\.(db|db_url|dj_db_url)$|(^|\.)database_url$/.test(each.callee) && each.positional.length === 0)
      names.push('DATABASE_URL');
  });
  return [...new Set(names)];
}
