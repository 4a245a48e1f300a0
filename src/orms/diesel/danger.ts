import type { DangerousCommand } from '../../core/history.js';

/** Commands of Diesel that destroy data or rewrite its record. */
export const dieselDanger: readonly DangerousCommand[] = [
  {
    command: 'database reset',
    pattern: String.raw`\bdiesel\b.*\sdatabase\s+reset\b`,
    why: 'Drops the whole database and builds it anew from the migrations: every row is gone.',
    instead: 'Apply the pending migrations; try them on a database of your own first.',
  },
  {
    command: 'database drop',
    pattern: String.raw`\bdiesel\b.*\sdatabase\s+drop\b`,
    why: 'Drops the whole database. The command is hidden from the help, and works.',
    instead: 'Drop only what a reviewed migration names.',
  },
  {
    command: 'migration revert --all',
    pattern: String.raw`\bdiesel\b.*\smigration\s+revert\b.*(?:--all|-a\b)`,
    why: 'Runs every down.sql: all tables that migrations made are dropped.',
    instead: 'Take back one migration after reading its down.sql.',
  },
  {
    command: 'migration redo',
    pattern: String.raw`\bdiesel\b.*\smigration\s+redo\b`,
    why: 'Takes back and applies again: rows of what the migration made are lost.',
    instead: 'Redo on a database of your own only.',
  },
  {
    command: 'setup',
    pattern: String.raw`\bdiesel\b.*\s(?:database\s+)?setup\b`,
    why: 'Makes the database when it is missing and runs everything that is pending, without a question.',
    instead: 'Look at the status first, then apply one migration at a time.',
  },
  {
    command: 'migration generate --diff-schema',
    pattern: String.raw`\bdiesel\b.*\smigration\s+generate\b.*--diff-schema`,
    why: 'Takes schema.rs for the truth: what is only in the database comes out as DROP in the up.sql.',
    instead: 'Write the SQL yourself and have it assessed; then refresh schema.rs.',
  },
];
