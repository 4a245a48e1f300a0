import type { DangerousCommand } from '../../core/history.js';

const flyway = (command: string): string =>
  String.raw`\bflyway\b.*(?:\s|:)${command}\b|\bflyway${command[0]?.toUpperCase()}${command.slice(1)}\b`;

/** Commands and options of Flyway that destroy data or rewrite its record. */
export const flywayDanger: readonly DangerousCommand[] = [
  {
    command: 'clean',
    pattern: flyway('clean'),
    why: 'Drops every object of the schemas, the history too.',
    instead: 'Use a database of your own for a fresh start.',
  },
  {
    command: 'repair',
    pattern: flyway('repair'),
    why: 'Blesses edited files, forgets failures and hides missing ones.',
    instead: 'Look at lockkeeper status, undo what is half there, and repair only what was reviewed.',
  },
  {
    command: 'baseline',
    pattern: flyway('baseline'),
    why: 'Everything up to its version counts as applied, whether it is or not.',
    instead: 'Compare the schema with the files first.',
  },
  {
    command: '-outOfOrder=true',
    pattern: String.raw`\bflyway\b.*outOfOrder=true`,
    why: 'Applies older versions after newer ones; other databases have another order.',
    instead: 'Renumber the late file above the newest version.',
  },
  {
    command: '-skipExecutingMigrations=true',
    pattern: String.raw`\bflyway\b.*skipExecutingMigrations=true`,
    why: 'Writes down that migrations ran without running them.',
    instead: 'Apply them, or prove first that the schema has them.',
  },
  {
    command: '-cleanDisabled=false',
    pattern: String.raw`\bflyway\b.*cleanDisabled=false`,
    why: 'Takes the safety off that keeps clean from dropping everything.',
    instead: 'Leave it on.',
  },
  {
    command: '-baselineOnMigrate=true',
    pattern: String.raw`\bflyway\b.*baselineOnMigrate=true`,
    why: 'A database with other content is taken for one at the baseline; what it lacks is never made.',
    instead: 'Baseline once, by hand, with the right version.',
  },
];
