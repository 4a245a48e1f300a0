import type { DangerousCommand } from '../../core/history.js';

const instead = 'Take back one migration after reading its Down section: goose down, on a copy of the database first.';

/** Commands of goose that destroy data or rewrite its record. */
export const gooseDanger: readonly DangerousCommand[] = [
  {
    command: 'reset',
    pattern: String.raw`\bgoose\b.*\sreset\b`,
    why: 'Runs every Down section: all tables that migrations made are dropped, with their rows.',
    instead,
  },
  {
    command: 'down-to 0',
    pattern: String.raw`\bgoose\b.*\sdown-to\s+0\b`,
    why: 'The same as reset: nothing of the schema is left.',
    instead,
  },
  {
    command: 'down-to',
    pattern: String.raw`\bgoose\b.*\sdown-to\s+[1-9]`,
    why: 'Takes back several migrations at once; what their Down sections drop is gone.',
    instead,
  },
  {
    command: 'redo',
    pattern: String.raw`\bgoose\b.*\sredo\b`,
    why: 'Takes the newest migration back and applies it again: rows of what it made are lost.',
    instead,
  },
  {
    command: '-no-versioning',
    pattern: String.raw`\bgoose\b.*\s--?no-versioning\b`,
    why: 'Runs files without writing down that they ran; nobody can tell afterwards.',
    instead: 'Apply migrations with up-by-one, so that the history stays true.',
  },
  {
    command: '-allow-missing',
    pattern: String.raw`\bgoose\b.*\s--?allow-missing\b`,
    why: 'Applies files out of their order; the next goose down then takes back the wrong one.',
    instead: 'Give the late file a version after the newest applied one.',
  },
  {
    command: 'fix',
    pattern: String.raw`\bgoose\b.*\sfix\b`,
    why: 'Renames migration files; databases that applied them under the old numbers do not know them any more.',
    instead: 'Keep the numbers of everything that was applied anywhere.',
  },
];
