import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { backfillStep, firingTriggers } from '../backfill-step.js';
import { alter, alterColumn, beside, freeName, literal, type RecipeContext, shown, tableOf } from '../context.js';
import { direct, type Draft, type DraftStep, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { ModelEdit } from '../model-edit.js';
import type { ChangeRecipe } from '../recipe.js';
import { hasColumn, hasDefault, lacksRelation } from '../sql/checks.js';
import { notNullSteps } from '../sql/constraint-steps.js';
import { filledByTrigger } from '../sql/trigger-text.js';
import { constraintSteps } from './add-constraint.js';

/** A column: at once where that is a moment, otherwise bare first, then its default, its values in ranges, NOT NULL and constraints. */
export const addColumn: ChangeRecipe<'addColumn'> = (change, sql, context) => {
  const { table, definition } = change;
  const title = `Add ${definition.name} to ${shown(table)}`;
  const relation = tableOf(context, table);
  const edit: ModelEdit = {
    kind: 'addField',
    table,
    column: definition.name,
    type: definition.type,
    notNull: definition.notNull,
    default: definition.default?.sql ?? null,
  };
  const constraints = definition.constraints;
  if (constraints.length > 0 && relation === null) return needsFirst(title, tableNeeded(shown(table)));
  if (isMoment(change, context)) {
    const add = addBare(change, constraints.length === 0 ? sql : momentText(change));
    if (constraints.length === 0) return direct(title, add, [edit]);
    const later = constraints.flatMap((constraint) => constraintSteps(context, table, constraint).steps);
    return planned(title, [phase('expand', title, [add], { edits: [edit] }), phase('enforce', 'Its constraints, one by one', later)]);
  }
  if (definition.notNull && definition.default === null && !definition.serial && !definition.identity && !definition.generated) {
    return needsFirst(title, {
      what: `a value for the rows of ${shown(table)} that are there`,
      why: 'A required column without a default fails on a table with rows, and inserts of running code fail afterwards.',
      how: 'Give a default (it may be dropped later), or leave notNull out, have the code write the column, and plan setNotNull with fill.',
    });
  }
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  if (context.catalog.types.get(definition.type)?.kind === 'domain') {
    return refused(
      title,
      `A column of the domain ${definition.type} makes PostgreSQL check every row while the table is locked.`,
      'Use the base type of the domain and plan its CHECK with addCheck, which is checked without a lock.',
    );
  }
  const filled = definition.generated ? computedSteps(change, context) : filledSteps(change, context);
  const rest = [
    ...(definition.notNull ? notNullSteps(context, table, definition.name, 'both') : []),
    ...(definition.identity ? [identityStep(change, context)] : []),
    ...constraints.flatMap((constraint) => constraintSteps(context, table, constraint).steps),
  ];
  return planned(
    title,
    [
      phase('expand', `${title}, empty, with its default for new rows`, filled.expand),
      phase('fill', 'Fill the rows that are there', filled.fill),
      phase('enforce', 'Rules of the column', rest, { edits: [edit] }),
    ].filter((each) => each.steps.length > 0),
    {
      limits: [...firingTriggers(context, table), ...filled.limits],
      differences: filled.differences,
      ways: filled.ways,
    },
  );
};

/** True when adding it with all its values is only a change of the catalog. */
function isMoment({ definition, table }: ChangeOf<'addColumn'>, context: RecipeContext): boolean {
  if (definition.serial || definition.identity) return false;
  if (definition.generated) return !definition.generated.stored && context.version >= 18 && !definition.notNull;
  if (context.catalog.types.get(definition.type)?.kind === 'domain') return false;
  const value = definition.default;
  if (value === null || value.literal === null) return !definition.notNull || context.facts?.tables[table]?.rows === 0;
  return ['immutable', 'stable'].includes(context.catalog.volatilityOf(value));
}

function addBare({ table, definition }: ChangeOf<'addColumn'>, sql: string): DraftStep {
  return step({
    title: `Add ${definition.name} to ${shown(table)}`,
    sql: [sql],
    check: hasColumn(table, definition.name),
    back: [alter(table, `DROP COLUMN IF EXISTS ${quoteIdentifier(definition.name)}`)],
    backNote: 'Values that were written to it are lost.',
  });
}

function bareText({ table, definition }: ChangeOf<'addColumn'>): string {
  const collation = definition.collation ? ` COLLATE ${quoteIdentifier(definition.collation)}` : '';
  return alter(table, `ADD COLUMN ${quoteIdentifier(definition.name)} ${definition.type}${collation}`);
}

function momentText(change: ChangeOf<'addColumn'>): string {
  const { definition } = change;
  const value = definition.default === null ? '' : ` DEFAULT ${definition.default.sql}`;
  const generated = definition.generated ? ` GENERATED ALWAYS AS (${definition.generated.expression.sql}) VIRTUAL` : '';
  return `${bareText(change)}${value}${generated}${definition.notNull ? ' NOT NULL' : ''}`;
}

interface Filled {
  expand: DraftStep[];
  fill: DraftStep[];
  limits: string[];
  differences: string[];
  ways: Draft['ways'];
}

/** A volatile default, a serial or an identity: new rows get it at once, old ones in ranges. */
function filledSteps(change: ChangeOf<'addColumn'>, context: RecipeContext): Filled {
  const { table, definition } = change;
  const column = quoteIdentifier(definition.name);
  const statements = [bareText(change)];
  let value = definition.default?.sql ?? '';
  const back = [alter(table, `DROP COLUMN IF EXISTS ${column}`)];
  if (definition.serial || definition.identity) {
    const sequence = beside(table, freeName(context, table, [definition.name], definition.identity ? 'fill_seq' : 'seq'));
    const type = /^(smallint|integer)$/.test(definition.type) ? ` AS ${definition.type}` : '';
    statements.push(`CREATE SEQUENCE ${sequence}${type} OWNED BY ${table}.${column}`);
    value = `nextval(${literal(sequence)})`;
  }
  statements.push(alterColumn(table, definition.name, `SET DEFAULT ${value}`));
  return {
    expand: [
      step({
        title: `Add ${definition.name} to ${shown(table)}, empty, and give it its default for new rows`,
        sql: statements,
        check: hasDefault(table, definition.name),
        back,
        backNote: 'Values that were written to it are lost.',
      }),
    ],
    fill: [
      backfillStep(context, {
        table,
        title: `Give the rows of ${shown(table)} that are there a value`,
        assignment: `${column} = DEFAULT`,
        where: `${column} IS NULL`,
      }),
    ],
    limits:
      definition.notNull || definition.serial || definition.identity
        ? []
        : [`Rows that new code writes with NULL in ${definition.name} while the fill runs get a value too.`],
    differences: [],
    ways: [],
  };
}

/** The default of the fill gives way to the identity, whose sequence goes on where the other one stood. */
function identityStep({ table, definition }: ChangeOf<'addColumn'>, context: RecipeContext): DraftStep {
  const temporary = beside(table, freeName(context, table, [definition.name], 'fill_seq'));
  const identity = definition.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT';
  const owned = `pg_get_serial_sequence(${literal(table)}, ${literal(definition.name)})`;
  return step({
    title: `Make ${definition.name} an identity, going on from the last number`,
    sql: [
      alterColumn(table, definition.name, 'DROP DEFAULT'),
      `ALTER SEQUENCE ${temporary} OWNED BY NONE`,
      alterColumn(table, definition.name, `ADD GENERATED ${identity} AS IDENTITY`),
      `SELECT setval(${owned}, last_value, is_called) FROM ${temporary}`,
      `DROP SEQUENCE ${temporary}`,
    ],
    check: lacksRelation(temporary),
    back: [
      `CREATE SEQUENCE ${temporary} OWNED BY ${table}.${quoteIdentifier(definition.name)}`,
      `SELECT setval(${literal(temporary)}, greatest(1, (SELECT max(${quoteIdentifier(definition.name)}) FROM ${table})))`,
      alterColumn(table, definition.name, 'DROP IDENTITY'),
      alterColumn(table, definition.name, `SET DEFAULT nextval(${literal(temporary)})`),
    ],
  });
}

/** A stored generated column would be written into every row under the lock: a trigger keeps an ordinary one instead. */
function computedSteps(change: ChangeOf<'addColumn'>, context: RecipeContext): Filled {
  const { table, definition } = change;
  const column = quoteIdentifier(definition.name);
  const value = definition.generated?.expression.sql ?? '';
  const trigger = filledByTrigger(context, table, definition.name, value);
  const chosen = context.way !== 'rewrite';
  const ways = [
    {
      name: 'trigger',
      summary: 'An ordinary column that a trigger keeps',
      time: 'a moment of lock, then ranges of rows',
      disk: 'the new values',
      deploys: 0,
      chosen,
    },
    {
      name: 'rewrite',
      summary: 'The stored generated column itself',
      time: 'reads and writes wait for a rewrite of the table',
      disk: 'the whole table once more',
      deploys: 0,
      chosen: !chosen,
    },
  ];
  if (!chosen) {
    const text = `${bareText(change)} GENERATED ALWAYS AS (${value}) STORED${definition.notNull ? ' NOT NULL' : ''}`;
    return {
      expand: [addBare(change, text)],
      fill: [],
      limits: ['Everybody waits for the rewrite: take a window in which that is allowed.'],
      differences: [],
      ways,
    };
  }
  return {
    expand: [
      step({
        title: `Add ${definition.name} to ${shown(table)} as an ordinary column, and a trigger that computes it`,
        sql: [bareText(change), ...trigger.create],
        check: hasColumn(table, definition.name),
        back: [...trigger.drop, alter(table, `DROP COLUMN IF EXISTS ${column}`)],
      }),
    ],
    fill: [
      backfillStep(context, {
        table,
        title: `Compute it for the rows of ${shown(table)} that are there`,
        assignment: `${column} = ${value}`,
        where: `${column} IS DISTINCT FROM (${value})`,
      }),
    ],
    limits: [],
    differences: [`${definition.name} is an ordinary column kept by the trigger ${trigger.name}, not a generated one.`],
    ways,
  };
}
