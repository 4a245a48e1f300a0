import type { ConstraintDefinition } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { alter, alterColumn, type RecipeContext, freeName, shown } from '../context.js';
import { type DraftStep, step } from '../draft.js';
import { hasConstraint, isNotNull, isValidated } from './checks.js';

/** Adds a foreign key or check for new rows only. */
export function addNotValid(table: string, name: string, body: string, what: string): DraftStep {
  const label = quoteIdentifier(name);
  return step({
    title: `Add ${what} for new rows only`,
    sql: [alter(table, `ADD CONSTRAINT ${label} ${body} NOT VALID`)],
    check: hasConstraint(table, name),
    back: [alter(table, `DROP CONSTRAINT IF EXISTS ${label}`)],
  });
}

/** Checks the rows that are there, in a transaction of its own: reads and writes go on. */
export function validate(table: string, name: string, what: string): DraftStep {
  return step({
    title: `Check ${what} on the rows that are there`,
    sql: [alter(table, `VALIDATE CONSTRAINT ${quoteIdentifier(name)}`)],
    check: isValidated(table, name),
    back: [],
    backNote: 'Nothing to take back: the constraint only became trusted.',
  });
}

/** Both, as two steps. */
export function validatedLater(table: string, name: string, constraint: ConstraintDefinition, what: string): DraftStep[] {
  return [addNotValid(table, name, constraintBody(constraint), what), validate(table, name, what)];
}

/**
 * NOT NULL without a scan under a strong lock: by a NOT VALID constraint from 18 on, by a proving CHECK before.
 *
 * @param works for whom it works: code that writes NULL fails from the first step on
 */
export function notNullSteps(context: RecipeContext, table: string, column: string, works: 'both' | 'new'): DraftStep[] {
  const quoted = quoteIdentifier(column);
  const what = `that ${column} of ${shown(table)} is never NULL`;
  if (context.version >= 18) {
    const name = freeName(context, table, [column], 'not_null');
    const add = addNotValid(table, name, `NOT NULL ${quoted}`, `the rule ${what}`);
    return [
      { ...add, oldCodeWorks: works === 'both' },
      { ...validate(table, name, `the rule ${what}`), oldCodeWorks: works === 'both' },
    ];
  }
  const name = freeName(context, table, [column], 'not_null');
  const label = quoteIdentifier(name);
  const add = addNotValid(table, name, `CHECK (${quoted} IS NOT NULL)`, `the rule ${what}`);
  return [
    { ...add, oldCodeWorks: works === 'both' },
    { ...validate(table, name, `the rule ${what}`), oldCodeWorks: works === 'both' },
    step({
      title: `Turn the rule into NOT NULL, which needs no scan any more`,
      sql: [alterColumn(table, column, 'SET NOT NULL'), alter(table, `DROP CONSTRAINT ${label}`)],
      check: isNotNull(table, column),
      back: [alter(table, `ADD CONSTRAINT ${label} CHECK (${quoted} IS NOT NULL) NOT VALID`), alterColumn(table, column, 'DROP NOT NULL')],
      backNote: 'The rule comes back unchecked: check it again (the step before) before going on.',
      works: works === 'both' ? 'both' : 'new',
    }),
  ];
}
