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

/** Tools whose migrations in these forms are rendered when the caller asks for it. */
const renderers: Record<string, readonly string[]> = {
  alembic: ['python'],
  django: ['python'],
  goose: ['go', 'environment'],
  flyway: ['java'],
};

/** Says of a migration that is a program how its SQL can be judged today. */
export function notRendered(stack: Stack, migration: Migration): Unanalysed {
  const language = languages[migration.unrendered ?? ''] ?? migration.unrendered ?? 'another language';
  return {
    source: { file: migration.file, line: null },
    migration: migration.name,
    reason:
      migration.unrendered === 'environment'
        ? `${migration.name} takes values from the environment: its SQL is only known where they are set.`
        : `${migration.name} is written in ${language}: its SQL is only known to the tool itself.`,
    next: next(stack, migration),
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

/** What the tool itself renders when the caller asks for it; other programs have to be watched at work. */
function next(stack: Stack, migration: Migration): string {
  const failed = migration.notes.at(-1)?.message;
  const known = failed === undefined ? '' : ` What is known of it: ${failed}.`;
  if (migration.unrendered === 'environment')
    return `Judge again with --render (argument render), in the environment in which the migrations are deployed.${known}`;
  if (renderers[stack.tool]?.includes(migration.unrendered ?? '')) {
    return `Judge again with --render (argument render): the real tool renders it on a throw-away database, which runs code of the project.${known}`;
  }
  return 'Run it on a copy of the database with statement logging, and judge the statements it logged.';
}
