import type { RuleContext } from '../rule.js';
import { withoutSemicolon } from './statement-text.js';

/** Statements as one script, each ended by a semicolon. */
export const script = (...steps: (string | readonly string[])[]): string =>
  steps
    .flat()
    .map((step) => `${step};`)
    .join('\n');

/** The statement itself, without a semicolon at its end. */
export const ownSql = (context: RuleContext): string => withoutSemicolon(context.statement.sql);
