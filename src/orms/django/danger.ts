import type { DangerousCommand } from '../../core/history.js';

const manage = String.raw`\b(?:manage\.py|django-admin)\b.*\s`;

/** Management commands that destroy data or rewrite the record. */
export const djangoDanger: readonly DangerousCommand[] = [
  {
    command: 'migrate APP zero',
    pattern: `${manage}migrate\\s+.*\\bzero\\b`,
    why: 'Takes back every migration of the application: its tables are dropped, with their rows.',
    instead: 'Go back to one named migration, after reading what is undone.',
  },
  {
    command: 'flush',
    pattern: `${manage}flush\\b`,
    why: 'Deletes every row of every table.',
    instead: 'Delete what a reviewed migration names.',
  },
  {
    command: 'sqlflush',
    pattern: `${manage}sqlflush\\b`,
    why: 'Prints the statements that empty every table; piped on, they run.',
    instead: 'Do not pipe it anywhere.',
  },
  {
    command: 'reset_db',
    pattern: `${manage}reset_db\\b`,
    why: 'Drops the database and makes an empty one (django-extensions).',
    instead: 'Use a database of your own for a fresh start.',
  },
  {
    command: 'migrate --fake',
    pattern: `${manage}migrate\\b.*--fake`,
    why: 'Writes down that migrations ran, or did not, without looking at the database.',
    instead: 'Compare the schema first; lockkeeper status says what the record holds.',
  },
  {
    command: 'migrate --prune',
    pattern: `${manage}migrate\\b.*--prune\\b`,
    why: 'Forgets rows whose files are not here; on another branch they are.',
    instead: 'Make sure that the files are gone on purpose.',
  },
  {
    command: 'migrate --run-syncdb',
    pattern: `${manage}migrate\\b.*--run-syncdb\\b`,
    why: 'Makes tables without migrations; later migrations fail on them.',
    instead: 'Give the application migrations.',
  },
  {
    command: 'makemigrations --noinput',
    pattern: `${manage}makemigrations\\b.*--no-?input\\b`,
    why: 'Takes a rename for remove + add: applied, the data of the column is lost.',
    instead: 'Run it in a terminal and answer the question.',
  },
];
