import type { DangerousCommand } from '../../core/history.js';

/** Commands of Prisma that destroy data or rewrite its record. Its own consent step guards only the first two, and only where it sees an agent. */
export const prismaDanger: readonly DangerousCommand[] = [
  {
    command: 'migrate reset',
    pattern: String.raw`\bprisma\b.*\smigrate\s+reset\b`,
    why: 'Drops the schema with all data, then replays the migrations; when one of them fails the data is gone all the same.',
    instead: 'Apply what is pending with migrate deploy; mend a failed one with migrate resolve.',
  },
  {
    command: 'db push',
    pattern: String.raw`\bprisma\b.*\sdb\s+push\b`,
    why: 'Changes the database without a migration file; with --accept-data-loss or --force-reset data goes without a question.',
    instead: 'Write a migration with lockkeeper create, have it assessed, apply it with migrate deploy.',
  },
  {
    command: 'migrate dev',
    pattern: String.raw`\bprisma\b.*\smigrate\s+dev\b`,
    why: 'Applies everything that is pending and creates the database, with --create-only too; on drift it offers a reset.',
    instead: 'Use lockkeeper create --from-models, which compares on a throw-away database.',
  },
  {
    command: 'db execute',
    pattern: String.raw`\bprisma\b.*\sdb\s+execute\b`,
    why: 'Runs any SQL, without history and without a question.',
    instead: 'Put the SQL into a migration.',
  },
  {
    command: 'migrate resolve',
    pattern: String.raw`\bprisma\b.*\smigrate\s+resolve\b`,
    why: 'Rewrites the record: a migration counts as applied or rolled back whether it is or not.',
    instead: 'Look at the database first; lockkeeper status says which of the two is true.',
  },
  {
    command: 'migrate diff --shadow-database-url',
    pattern: String.raw`\bprisma\b.*--shadow-database-url\b`,
    why: 'The database behind that address is emptied.',
    instead: 'Name a database made for this, never a shared one.',
  },
];
