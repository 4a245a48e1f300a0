import type { Unanalysed } from '../../core/assessment.js';
import type { Dialect, Migration, Stack } from '../../core/stack.js';

const languages: Record<string, string> = {
  python: 'Python',
  go: 'Go',
  java: 'Java',
  rust: 'Rust',
  javascript: 'JavaScript',
  typescript: 'TypeScript',
};

/** Says of a migration that is a program how its SQL can be judged today. */
export function notRendered(stack: Stack, migration: Migration): Unanalysed {
  const language = languages[migration.unrendered ?? ''] ?? migration.unrendered ?? 'another language';
  return {
    source: { file: migration.file, line: null },
    migration: migration.name,
    reason: `${migration.name} is written in ${language}: its SQL is only known to the tool itself.`,
    next: `Render it with the real tool (lockkeeper does so in a later version). ${untilThen(stack, migration)}`,
  };
}

/** Says of a migration in a dialect that is not judged why it is unknown. */
export function notJudged(dialect: Dialect, migration: string | null, file: string | null): Unanalysed {
  const names: Record<Dialect, string> = {
    postgres: 'PostgreSQL',
    mysql: 'MySQL',
    mariadb: 'MariaDB',
    sqlite: 'SQLite',
    unknown: 'an unknown dialect',
  };
  const source = file === null ? null : { file, line: null };
  if (dialect === 'unknown') {
    return {
      source,
      migration,
      reason: 'The configuration does not say which database this is for.',
      next: 'Say it with --dialect postgres (argument `dialect`).',
    };
  }
  return {
    source,
    migration,
    reason: `${names[dialect]} is not judged yet.`,
    next: 'Review it by hand; this dialect comes with a later version.',
  };
}

function untilThen(stack: Stack, migration: Migration): string {
  const runner = (stack.command ?? []).join(' ');
  const [application, name] = splitDjango(migration.name);
  const safe = (text: string | undefined): text is string => text !== undefined && /^[\w.-]+$/.test(text);
  if (stack.tool === 'django' && safe(application) && safe(name)) {
    return `Until then pipe the SQL: \`${runner || 'python manage.py'} sqlmigrate ${application} ${name} | lockkeeper assess -\`.`;
  }
  if (stack.tool === 'alembic') {
    const from = migration.parents?.[0];
    const range = safe(migration.name) ? `${safe(from) ? from : 'base'}:${migration.name}` : 'FROM:TO';
    return `Until then pipe the SQL: \`${runner || 'alembic'} upgrade ${range} --sql | lockkeeper assess -\`.`;
  }
  return 'Until then run it on a copy of the database with statement logging, and judge the statements it logged.';
}

function splitDjango(name: string): [string | undefined, string | undefined] {
  const dot = name.indexOf('.');
  return dot === -1 ? [undefined, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}
