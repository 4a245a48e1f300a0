import { quoteIdentifier } from '../../core/names.js';
import { backfillStep } from '../backfill-step.js';
import { freeName, literal, type RecipeContext, shown } from '../context.js';
import { deploy, type DraftPhase, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { ChangeRecipe, IntentRecipe } from '../recipe.js';
import { hasLabel } from '../sql/checks.js';
import { addNotValid, validate } from '../sql/constraint-steps.js';

const noWayBack = 'A value cannot be taken out of an enum again: leave it unused.';

/** A value more: a change of the catalog. It cannot be used in the transaction that adds it, and never be taken out. */
export const addEnumValue: ChangeRecipe<'addEnumValue'> = (change, sql) => {
  const title = `Add the value ${change.value} to ${shown(change.type)}`;
  const add = step({
    title,
    sql: [sql.replace(/\bADD\s+VALUE\s+(?!IF\b)/i, 'ADD VALUE IF NOT EXISTS ')],
    check: hasLabel(change.type, change.value),
    back: [],
    backNote: noWayBack,
  });
  return planned(title, [
    deploy(
      'Code that can read it',
      `The code expects ${change.value} wherever it reads a ${shown(change.type)}, and does not write it yet.`,
      [{ kind: 'enumValues', type: change.type, says: `gets ${change.value}` }],
    ),
    phase('expand', title, [add]),
    deploy('Code that writes it', `From now on the code may write ${change.value}.`),
  ]);
};

/** A renamed value breaks everybody who has the old one as text: instead rows move to a new value. */
export const renameEnumValue: IntentRecipe<'renameEnumValue'> = (change, context) => {
  const { type, value, to } = change;
  const title = `Rename the value ${value} of ${shown(type)} to ${to}`;
  const found = context.catalog.types.get(type);
  if (found === undefined) return needsFirst(title, tableNeeded(`the type ${shown(type)} and its columns`));
  if (!found.values.includes(value) || found.values.includes(to))
    return refused(title, `${shown(type)} has ${found.values.join(', ')}.`, 'Name a value it has, and a new one it has not.');
  const chosen = context.way === 'at-once' ? 'at-once' : 'new-value';
  const ways = [
    {
      name: 'new-value',
      summary: 'Add the new value and move the rows to it',
      time: 'a moment of lock, then ranges of rows',
      disk: 'new versions of the rows',
      deploys: 2,
      chosen: chosen === 'new-value',
    },
    {
      name: 'at-once',
      summary: 'Rename it in a moment; code that says the old one fails until its deploy',
      time: 'a moment',
      disk: 'none',
      deploys: 1,
      chosen: chosen === 'at-once',
    },
  ];
  if (chosen === 'at-once') {
    const rename = (from: string, into: string): string => `ALTER TYPE ${type} RENAME VALUE ${literal(from)} TO ${literal(into)}`;
    return planned(
      title,
      [
        deploy(
          'Code that understands both',
          `Code reads ${value} and ${to} as the same, writes neither, or tries again with the other one.`,
        ),
        phase('switch', title, [
          step({ title, sql: [rename(value, to)], check: hasLabel(type, to), back: [rename(to, value)], works: 'new' }),
        ]),
      ],
      { ways },
    );
  }
  const add = step({
    title: `Add ${to} behind ${value}`,
    sql: [`ALTER TYPE ${type} ADD VALUE IF NOT EXISTS ${literal(to)} AFTER ${literal(value)}`],
    check: hasLabel(type, to),
    back: [],
    backNote: noWayBack,
  });
  return planned(
    title,
    [
      phase('expand', `Both values are there`, [add]),
      deploy('Code that understands both', `Code reads ${value} and ${to} as the same, and still writes ${value}.`, [
        { kind: 'enumValues', type, says: `gets ${to} beside ${value}` },
      ]),
      deploy('Code that writes the new one', `Code writes ${to}; what still runs of the version before understands it.`),
      ...movedRows(context, type, value, to),
    ],
    { ways, differences: [`${value} stays in the type, unused, and columns of the type refuse it.`] },
  );
};

/** Values are never taken out of an enum: rows move away, and a check keeps them away. */
export const removeEnumValue: IntentRecipe<'removeEnumValue'> = (change, context) => {
  const { type, value, replacement } = change;
  const title = `Take the value ${value} out of ${shown(type)}`;
  const found = context.catalog.types.get(type);
  if (found === undefined) return needsFirst(title, tableNeeded(`the type ${shown(type)} and its columns`));
  if (!found.values.includes(value) || !found.values.includes(replacement))
    return refused(title, `${shown(type)} has ${found.values.join(', ')}.`, 'Name values it has.');
  return planned(
    title,
    [
      deploy('Code that no longer writes it', `No code writes ${value} any more, and none looks for it.`, [
        { kind: 'enumValues', type, says: `loses ${value}` },
      ]),
      ...movedRows(context, type, value, replacement),
    ],
    {
      differences: [
        `${value} stays in the type: PostgreSQL cannot take it out. A check on each column refuses it instead of a new type, which would rewrite every table that uses it.`,
      ],
    },
  );
};

/** Rows of every column of the type go from one value to another, and the first one is refused afterwards. */
function movedRows(context: RecipeContext, type: string, value: string, to: string): DraftPhase[] {
  const columns = context.catalog.columnsOfType(type).filter(({ table, column }) => column.type === type && isTable(context, table));
  if (columns.length === 0) return [];
  return [
    phase(
      'fill',
      `Rows with ${value} get ${to}`,
      columns.map(({ table, column }) => {
        const quoted = quoteIdentifier(column.name);
        return backfillStep(context, {
          table,
          title: `${shown(table)}.${column.name}: ${value} becomes ${to}`,
          assignment: `${quoted} = ${literal(to)}`,
          where: `${quoted} = ${literal(value)}`,
          backNote: `Which rows held ${value} is not known any more.`,
          works: 'new',
        });
      }),
    ),
    phase(
      'enforce',
      `${value} is refused`,
      columns.flatMap(({ table, column }) => {
        const name = freeName(context, table, [column.name], 'check');
        const what = `the check that ${column.name} is never ${value}`;
        const add = addNotValid(table, name, `CHECK (${quoteIdentifier(column.name)} <> ${literal(value)})`, what);
        return [add, validate(table, name, what)].map((each) => ({ ...each, oldCodeWorks: false }));
      }),
    ),
  ];
}

function isTable(context: RecipeContext, name: string): boolean {
  const relation = context.catalog.relation(name);
  return (relation?.kind === 'table' || relation?.kind === 'partitionedTable') && relation.partitionOf === null;
}
