/** What is never run through lockkeeper, whoever approves it: it belongs to a person with a terminal of their own. */
import type { RunPlanBody } from '../../core/run-plan.js';
import { excerpt } from '../../core/sanitise.js';
import { withoutComments } from '../mask-values.js';

const refused: readonly { pattern: RegExp; why: string }[] = [
  { pattern: /\bDROP\s+DATABASE\b/i, why: 'drops a database' },
  { pattern: /\bDROP\s+OWNED\b/i, why: 'drops everything of a role' },
  { pattern: /\bDROP\s+SCHEMA\b[\s\S]*\bCASCADE\b/i, why: 'drops a schema with all that is in it' },
  { pattern: /\blockkeeper\s*"?\s*\.\s*"?class\b/i, why: 'changes what lockkeeper takes the database for' },
];

/** Commands of the tools that rebuild or synchronise a database without migrations. */
const refusedCommand = /\b(?:reset|push|clean|flush|dropdb|squash-reset|fresh|redo)\b|(?:^|\s)(?:database|db)\s+(?:drop|setup|reset)\b/;

/**
 * Why a plan is not run on its target, one sentence each; empty for a throw-away and for everything that may be approved.
 */
export function refusals(body: RunPlanBody): string[] {
  if (body.target.class === 'throwaway') return [];
  return body.migrations.flatMap((migration) => [
    ...migration.statements.flatMap(({ sql }) =>
      refused
        .filter(({ pattern }) => pattern.test(withoutComments(sql)))
        .map(({ why }) => `${excerpt(migration.name, 100)} ${why}: ${excerpt(withoutComments(sql), 80)}`),
    ),
    ...migration.commands
      .map((words) => words.filter((word, at) => at > 0 && word !== migration.name).join(' '))
      .filter((line) => refusedCommand.test(line))
      .map((line) => `${excerpt(migration.name, 100)} would be run by a command that rebuilds the database: ${excerpt(line, 80)}`),
  ]);
}
