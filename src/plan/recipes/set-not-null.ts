import { quoteIdentifier } from '../../core/names.js';
import { backfillStep, firingTriggers } from '../backfill-step.js';
import { alterColumn, columnOf, shown } from '../context.js';
import { deploy, direct, needsFirst, phase, planned, step, tableNeeded } from '../draft.js';
import type { ChangeRecipe } from '../recipe.js';
import { hasDefault, isNotNull, isNullable, lacksDefault } from '../sql/checks.js';
import { notNullSteps } from '../sql/constraint-steps.js';

/** NOT NULL: first no code writes NULL, then old rows are filled, then the rule is checked without a lock that anybody feels. */
export const setNotNull: ChangeRecipe<'setNotNull'> = ({ table, column }, sql, context, { fill }) => {
  const title = `Make ${column} of ${shown(table)} required`;
  const found = columnOf(context, table, column);
  if (found === null) return needsFirst(title, tableNeeded(shown(table)));
  const edit = { kind: 'changeField', table, column, says: 'required (not null)' } as const;
  if (found.notNull && found.notNullValid) {
    return direct(title, step({ title: `${title}: it is already`, sql: [sql], check: isNotNull(table, column), back: [] }), [edit]);
  }
  const quoted = quoteIdentifier(column);
  const value = fill ?? found.default?.sql ?? null;
  const filled =
    value === null
      ? null
      : phase('fill', 'Fill the rows that hold NULL', [
          backfillStep(context, {
            table,
            title: `Fill ${column} where it is NULL`,
            assignment: `${quoted} = ${value}`,
            where: `${quoted} IS NULL`,
            backNote: 'The rows that held NULL are not known any more: nothing is taken back.',
          }),
        ]);
  return planned(
    title,
    [
      deploy(
        'Code that never writes NULL',
        `Every insert and update gives ${column} of ${shown(table)} a value${found.default ? ', or leaves it to its default' : ''}.`,
      ),
      filled,
      phase('enforce', title, notNullSteps(context, table, column, 'new'), { edits: [edit] }),
    ],
    {
      limits:
        value === null
          ? [
              `A row with NULL in ${column} makes the check of the old rows fail. Count first: SELECT count(*) FROM ${table} WHERE ${quoted} IS NULL. Give fill to have them filled.`,
            ]
          : firingTriggers(context, table),
    },
  );
};

export const dropNotNull: ChangeRecipe<'dropNotNull'> = ({ table, column }, sql, context) => {
  const title = `Let ${column} of ${shown(table)} be NULL`;
  columnOf(context, table, column);
  return direct(
    title,
    step({
      title,
      sql: [sql],
      check: isNullable(table, column),
      back: [alterColumn(table, column, 'SET NOT NULL')],
      backNote: 'It fails once a row holds NULL; plan setNotNull then.',
    }),
    [{ kind: 'changeField', table, column, says: 'nullable; code that reads it must expect NULL' }],
  );
};

export const setDefault: ChangeRecipe<'setDefault'> = (change, sql, context) => {
  const { table, column } = change;
  const title = `Set the default of ${column} of ${shown(table)}`;
  const before = columnOf(context, table, column)?.default ?? null;
  return direct(
    title,
    step({
      title,
      sql: [sql],
      check: hasDefault(table, column),
      back: [alterColumn(table, column, before === null ? 'DROP DEFAULT' : `SET DEFAULT ${before.sql}`)],
    }),
    [{ kind: 'changeField', table, column, says: `database default ${change.default.sql}` }],
    { limits: [`Rows that are there keep their values; plan backfill where they should get the new one.`] },
  );
};

export const dropDefault: ChangeRecipe<'dropDefault'> = ({ table, column }, sql, context) => {
  const title = `Drop the default of ${column} of ${shown(table)}`;
  const found = columnOf(context, table, column);
  if (found === null) return needsFirst(title, tableNeeded(shown(table)));
  const before = found.default;
  const drop = step({
    title,
    sql: [sql],
    check: lacksDefault(table, column),
    back: before === null ? [] : [alterColumn(table, column, `SET DEFAULT ${before.sql}`)],
    works: found.notNull ? 'new' : 'both',
  });
  if (!found.notNull) return direct(title, drop);
  return planned(title, [
    deploy(
      'Code that always gives a value',
      `Every insert into ${shown(table)} names ${column}: it is required and has no default any more.`,
    ),
    phase('contract', title, [drop]),
  ]);
};
