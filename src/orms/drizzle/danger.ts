import type { DangerousCommand } from '../../core/history.js';

/** Commands of drizzle-kit that destroy data or rewrite the folder. */
export const drizzleDanger: readonly DangerousCommand[] = [
  {
    command: 'push',
    pattern: String.raw`\bdrizzle-kit\b.*\spush\b`,
    why: 'Changes the database without a file; what is only in the database goes, with --force columns with data as well.',
    instead: 'Generate a migration, have it assessed, and apply that.',
  },
  {
    command: 'drop',
    pattern: String.raw`\bdrizzle-kit\b.*\sdrop\b`,
    why: 'Removes a migration file, applied or not; databases that ran it do not know it any more.',
    instead: 'Write a new migration that takes the change back.',
  },
  {
    command: 'pull into out',
    pattern: String.raw`\bdrizzle-kit\b.*\s(?:pull|introspect)\b`,
    why: 'Writes schema, snapshot and a migration into the real folder; --init also writes a history row.',
    instead: 'Pull with a configuration whose out is another folder.',
  },
  {
    command: 'up',
    pattern: String.raw`\bdrizzle-kit\b.*\sup\b`,
    why: 'Rewrites the whole migrations folder into another format.',
    instead: 'Do it on a branch of its own, and review every file.',
  },
  {
    command: 'generate --fix-conflicts',
    pattern: String.raw`\bdrizzle-kit\b.*--fix-conflicts\b`,
    why: 'Deletes migrations and generates one new; databases that ran them would have to be reset.',
    instead: 'Delete only what nobody applied, then generate again.',
  },
];
