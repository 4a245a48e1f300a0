/** The rules' own examples, one shape a statement: the statements before it run in the same transaction, or are committed first. */
import type { Example, Rule } from '../../src/rules/rule.js';
import { splitStatements } from '../../src/sql/postgres/split.js';
import type { Shape } from './types.js';

/** Statements that end a transaction or leave the session otherwise: an example that holds one is not cut into shapes. */
const uncuttable = /^\s*(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|RESET|END|\\)/i;

/** A statement of an example; `fails` is the SQLSTATE that the rule, not the analyser, foretells. */
export type RuleShape = Shape & { fails?: string };

/** All shapes of a rule's bad and good examples. */
export function shapesOfRule(id: string, rule: Rule): RuleShape[] {
  return [
    ...rule.bad.map((example) => ({ example, name: `${id}: bad` })),
    ...rule.good.map((example) => ({ example, name: `${id}: good` })),
  ].flatMap(({ example, name }, position) => shapesOf(`${name} ${position}`, rule, example));
}

function shapesOf(name: string, rule: Rule, example: Example): RuleShape[] {
  const statements = splitStatements(example.sql).statements.map(({ start, end }) => example.sql.slice(start, end));
  // Of a script that is meant to fail only the last statement could be said to, and not which one does.
  if (example.fails && statements.length > 1) return [];
  if (example.unrunnable || statements.some((statement) => uncuttable.test(statement))) return [];
  const setup = setupOf(rule, example);
  const together = (example.transaction ?? 'per-file') !== 'none';
  return statements.map((sql, position) => {
    const earlier = statements.slice(0, position);
    const shared = earlier.join(';\n');
    return {
      id: `${name}.${position}`,
      sql,
      versions: example.versions ?? [14, 18],
      ...(example.fails ? { fails: example.fails } : {}),
      setup: together || earlier.length === 0 ? setup : [setup, ...earlier].join('\n-- next\n'),
      ...(together && shared ? { before: shared } : {}),
    };
  });
}

/** Setup of an example, each part committed on its own; without `rows` the tables stay as empty as the setup leaves them. */
export function setupOf(rule: Rule, example: Example, rows = true): string {
  return [rule.setup, example.setup, rows ? example.rows : undefined]
    .filter((part) => part?.trim())
    .map((part) =>
      splitStatements(part!)
        .statements.map(({ start, end }) => part!.slice(start, end))
        .join('\n-- next\n'),
    )
    .join('\n-- next\n');
}
