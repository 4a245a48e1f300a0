import type { ChangeOf } from '../../core/change.js';
import type { PlanNeed } from '../../core/plan.js';
import { effectsOf } from '../../sql/postgres/effects/index.js';
import { typeChangeEffect } from '../../sql/postgres/facts/type-changes.js';
import { alterColumn, columnOf, type RecipeContext, shown } from '../context.js';
import { direct, type Draft, needsFirst, refused, step, tableNeeded } from '../draft.js';
import type { ChangeRecipe } from '../recipe.js';
import { hasType } from '../sql/checks.js';
import { swapColumn } from './swap-column.js';

const integers = ['smallint', 'integer', 'bigint'];

/** A change of type: at once where nothing is written anew, otherwise by a second column that takes the place of the first. */
export const changeType: ChangeRecipe<'alterColumnType'> = (change, sql, context, { back }) => {
  const { table, column, type } = change;
  const title = `Change ${column} of ${shown(table)} to ${type}`;
  const found = columnOf(context, table, column);
  const relation = context.catalog.relation(table);
  if (found === null || !relation) return needsFirst(title, tableNeeded(shown(table)));
  const isZoned = /^timestamp(\(\d\))? with(out)? time zone$/;
  if (isZoned.test(found.type) && isZoned.test(type) && found.type !== type && change.using === null) {
    const inUtc = context.way === 'utc' || (context.timeZone !== null && /^(utc|etc\/utc|gmt)$/i.test(context.timeZone));
    if (!inUtc) return needsFirst(title, zoneNeeded(column));
    const own = atOnce(change, `SET LOCAL timezone = 'UTC'`, sql, found.type, title);
    if (context.catalog.viewsOn(table, column).length === 0)
      return direct(title, own, [{ kind: 'changeField', table, column, says: `type ${type}` }], {
        limits: ['The values are read as UTC. That is right only if they were written so.'],
      });
  }
  const effects = effectsOf(change, [change], context.catalog, context.version, context.timeZone);
  const isMoment =
    effects !== null && effects.error === null && effects.rewrites.length + effects.scans.length + effects.indexBuilds.length === 0;
  if (isMoment) {
    const own = atOnce(change, null, sql, found.type, title);
    return direct(title, own, [{ kind: 'changeField', table, column, says: `type ${type}` }], {
      limits: ['Prepared statements that select the column fail once and are made anew by most drivers.'],
    });
  }
  return obstacle(change, context, title) ?? swapColumn(change, context, title, backExpression(found.type, change, context, back));
};

function atOnce(change: ChangeOf<'alterColumnType'>, before: string | null, sql: string, from: string, title: string) {
  const { table, column } = change;
  return step({
    title: `${title}: nothing is written anew`,
    sql: [...(before === null ? [] : [before]), sql],
    check: hasType(table, column, change.type),
    back: [
      ...(before === null ? [] : [before]),
      alterColumn(table, column, `TYPE ${from} USING ${column.match(/^[a-z_][a-z0-9_]*$/) ? column : `"${column}"`}::${from}`),
    ],
    backNote: 'It reads or rewrites the table under its lock where the old type is narrower; values that do not fit any more stop it.',
  });
}

function zoneNeeded(column: string): PlanNeed {
  return {
    what: `the time zone that ${column} was written in`,
    why: 'Without it the session that happens to run the migration decides what each value means.',
    how: `Give using, e.g. ${column} AT TIME ZONE 'Europe/Paris'; for UTC choose the way utc, which is a moment.`,
  };
}

/** What stands in the way of a second column. */
function obstacle(change: ChangeOf<'alterColumnType'>, context: RecipeContext, title: string): Draft | null {
  const { table, column } = change;
  const relation = context.catalog.relation(table)!;
  const found = relation.columns.get(column)!;
  if (relation.kind !== 'table' || relation.children.size > 0 || relation.partitionOf !== null || relation.inherits.size > 0) {
    return refused(
      title,
      `${shown(table)} is partitioned or inherits: the columns of all its parts must change together.`,
      'Make a new partitioned table of the right type, copy in ranges with a trigger, and swap the names; or take a window.',
    );
  }
  if (found.generated !== null)
    return refused(
      title,
      `${column} is computed.`,
      'Add a column of the new type (addColumn with generated), move the code over, and drop this one.',
    );
  const dependants = [...relation.columns.values()].filter((other) => other.generated?.expression.columns.includes(column));
  if (dependants.length > 0)
    return refused(
      title,
      `${dependants.map((each) => each.name).join(', ')} is computed from it.`,
      'Drop that column first, and add it again afterwards.',
    );
  if (relation.replicaIdentity === 'index')
    return refused(
      title,
      'The replica identity of the table is an index, which cannot be told from here.',
      'Set REPLICA IDENTITY FULL meanwhile.',
    );
  const keyed = [...relation.constraints.values()].filter(
    (constraint) => constraint.columns.includes(column) && constraint.kind === 'exclusion',
  );
  if (keyed[0])
    return refused(
      title,
      `The exclusion constraint ${keyed[0].name} uses it and cannot be built without a lock.`,
      'Take a window for this change.',
    );
  const areIntegers = integers.includes(found.type) && integers.includes(change.type);
  const foreign = context.catalog.foreignKeysTo(table).filter(({ constraint }) => constraint.references?.columns.includes(column));
  const own = context.catalog.foreignKeysFrom(table).filter(({ constraint }) => constraint.columns.includes(column));
  if ((foreign.length > 0 || own.length > 0) && !areIntegers) {
    const names = [...foreign, ...own].map((key) => `${key.constraint.name} of ${shown(key.table)}`).join(', ');
    return refused(
      title,
      `The foreign key ${names} ties it to a column of another type: both sides would have to change together.`,
      'Add new columns on both sides (addColumn, backfill, addForeignKey), move the code over, then drop the old ones.',
    );
  }
  return missing(change, context, title);
}

/** What hangs on the column and must be made anew is known, or asked for. */
function missing(change: ChangeOf<'alterColumnType'>, context: RecipeContext, title: string): Draft | null {
  const { table } = change;
  const relation = context.catalog.relation(table)!;
  const { definitions, source } = context.surroundings;
  const views = context.catalog.viewsOn(table, change.column).flatMap((view) => [view, ...context.catalog.viewsBelow(view)]);
  const lacking = [
    ...views.filter((view) => !definitions.has(`view ${view}`)).map((view) => `view ${shown(view)}`),
    ...[...relation.triggers.keys()].filter((name) => !definitions.has(`trigger ${table}.${name}`)).map((name) => `trigger ${name}`),
    ...[...relation.policies].filter((name) => !definitions.has(`policy ${table}.${name}`)).map((name) => `policy ${name}`),
    ...(source === 'nothing' ? ['rights and comments of the column'] : []),
  ];
  if (lacking.length === 0) return null;
  return needsFirst(title, {
    what: [...new Set(lacking)].join(', '),
    why: 'They hang on the old column and must come over to the new one; what is not known would be lost.',
    how: 'Name the variable with the address of the database (it is only read), or plan for the stack whose migrations made them.',
  });
}

/** The old value from the new one, for as long as the way back is open; null when no cast leads back. */
function backExpression(
  from: string,
  change: ChangeOf<'alterColumnType'>,
  context: RecipeContext,
  given: string | undefined,
): string | null {
  if (given !== undefined) return given;
  const column = /^[a-z_][a-z0-9_]*$/.test(change.column) ? change.column : `"${change.column.replaceAll('"', '""')}"`;
  const width = { smallint: 32767, integer: 2147483647 }[from];
  if (width !== undefined && integers.includes(change.type))
    return `CASE WHEN ${column} BETWEEN ${-width - 1} AND ${width} THEN ${column}::${from} END`;
  const described = (type: string) => (context.catalog.types.get(type)?.kind === 'enum' ? ({ kind: 'enum' } as const) : null);
  const effect = typeChangeEffect(change.type, from, context.version, described);
  return effect === null || effect.allowed === 'no' ? null : `${column}::${from}`;
}
