import type { DangerousCommand } from '../../core/history.js';

/** Commands of Alembic that destroy data or rewrite its record. */
export const alembicDanger: readonly DangerousCommand[] = [
  {
    command: 'downgrade base',
    pattern: String.raw`\b(?:alembic|flask\b.*\sdb)\b.*\sdowngrade\s+base\b`,
    why: 'Runs every downgrade(): all tables that revisions made are dropped, with their rows.',
    instead: 'Take back one revision by its name, after reading its downgrade().',
  },
  {
    command: 'downgrade -N',
    pattern: String.raw`\b(?:alembic|flask\b.*\sdb)\b.*\sdowngrade\s+-\d`,
    why: 'A relative step: with several heads it is not clear which revision goes.',
    instead: 'Name the revision to go back to.',
  },
  {
    command: 'stamp',
    pattern: String.raw`\b(?:alembic|flask\b.*\sdb)\b.*\sstamp\b`,
    why: 'Rewrites the record without looking at the schema; with --purge it forgets what was there.',
    instead: 'Compare the schema first; lockkeeper status says which rows no file explains.',
  },
  {
    command: 'upgrade heads',
    pattern: String.raw`\b(?:alembic|flask\b.*\sdb)\b.*\supgrade\s+heads?\b`,
    why: 'Applies everything that is pending, by default in one transaction: its locks add up until the end.',
    instead: 'Apply one revision a command: alembic upgrade REVISION.',
  },
];
