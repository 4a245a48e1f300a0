import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { backfillStep, firingTriggers } from '../backfill-step.js';
import { alter, alterColumn, freeColumn, type RecipeContext, shown } from '../context.js';
import { deploy, type Draft, type DraftStep, phase, planned, step } from '../draft.js';
import { hasColumn, hasType, lacksColumn } from '../sql/checks.js';
import { addNotValid, validate } from '../sql/constraint-steps.js';
import { buildIndex } from '../sql/index-steps.js';
import { rowTrigger, triggerName } from '../sql/trigger-text.js';
import { carriedOver, type Carried, incomingKeys, notNullCopy } from './carried-over.js';

/**
 * A second column of the new type, kept by a trigger, filled in ranges, with every key, index and rule of the first one
 * built beside it; then both change their names in one moment. Afterwards a trigger keeps the old column, so that there is
 * a way back until it is dropped.
 *
 * @param back old value from the new one; null when there is none
 */
export function swapColumn(change: ChangeOf<'alterColumnType'>, context: RecipeContext, title: string, back: string | null): Draft {
  const { table, column, type } = change;
  const found = context.catalog.column(table, column)!;
  const fresh = freeColumn(context, table, column, 'new');
  const old = freeColumn(context, table, column, 'old');
  const [quoted, quotedFresh, quotedOld] = [column, fresh, old].map(quoteIdentifier) as [string, string, string];
  const value = change.using?.sql ?? `${quoted}::${type}`;
  const forward = rowTrigger(table, triggerName(context, table, column, 'retype'), rowValue(fresh, value, table));
  const backward = back === null ? null : rowTrigger(table, triggerName(context, table, column, 'keep'), rowValue(old, back, table));
  const collation = change.collation ? ` COLLATE ${quoteIdentifier(change.collation)}` : '';
  const add = step({
    title: `Add ${fresh} of type ${type} beside ${column}, and a trigger that fills it`,
    sql: [alter(table, `ADD COLUMN ${quotedFresh} ${type}${collation}`), ...forward.create],
    check: hasColumn(table, fresh),
    back: [...forward.drop, alter(table, `DROP COLUMN IF EXISTS ${quotedFresh}`)],
  });
  const fill = backfillStep(context, {
    table,
    title: `Fill ${fresh} for the rows that are there`,
    assignment: `${quotedFresh} = ${value}`,
    where: `${quotedFresh} IS DISTINCT FROM (${value})`,
  });
  const carried = carriedOver(context, table, column, fresh, old, type);
  const notNull = found.notNull ? notNullCopy(context, table, column, fresh) : null;
  const incoming = incomingKeys(context, table, column, fresh);
  const build: DraftStep[] = [
    ...(notNull === null
      ? []
      : [
          addNotValid(table, notNull.name, notNull.body, `the rule that ${fresh} is never NULL`),
          validate(table, notNull.name, `the rule that ${fresh} is never NULL`),
        ]),
    ...carried.indexes.map((index) => buildIndex(table, index.fresh, index.create)),
    ...carried.constraints.flatMap((each) => [
      addNotValid(table, each.fresh, each.body, `${each.name} on ${fresh}`),
      validate(table, each.fresh, `${each.name} on ${fresh}`),
    ]),
    ...incoming.flatMap((key) => [
      addNotValid(key.table, key.fresh, key.body, `the foreign key ${key.name} of ${shown(key.table)} to ${fresh}`),
      validate(key.table, key.fresh, `the foreign key ${key.name} of ${shown(key.table)} to ${fresh}`),
    ]),
  ];
  const swap = step({
    title: `${fresh} takes the name ${column}, with all that hung on it, in one moment`,
    sql: [
      ...forward.drop,
      ...carried.viewDrops,
      ...incoming.flatMap((key) => [
        alter(key.table, `DROP CONSTRAINT ${quoteIdentifier(key.name)}`),
        alter(key.table, `RENAME CONSTRAINT ${quoteIdentifier(key.fresh)} TO ${quoteIdentifier(key.name)}`),
      ]),
      ...(notNull === null ? [] : notNull.settle),
      ...carried.constraints.flatMap((each) => [
        alter(table, `DROP CONSTRAINT ${quoteIdentifier(each.name)}`),
        alter(table, `RENAME CONSTRAINT ${quoteIdentifier(each.fresh)} TO ${quoteIdentifier(each.name)}`),
      ]),
      ...carried.swapIndexes,
      ...carried.handOver,
      alter(table, `RENAME COLUMN ${quoted} TO ${quotedOld}`),
      alter(table, `RENAME COLUMN ${quotedFresh} TO ${quoted}`),
      ...carried.afterRename,
      ...(found.notNull ? [alterColumn(table, old, 'DROP NOT NULL')] : []),
      ...(notNull?.rename ?? []),
      ...(backward?.create ?? []),
      ...carried.recreate,
    ],
    check: hasType(table, column, type),
    back: swapBack(change, { fresh, old, carried, incoming, forward: forward.create, backward: backward?.drop ?? [], notNull }),
    backNote: backNote(back, fill.title),
    works: 'both',
  });
  const drop = step({
    title: `Drop ${old}`,
    sql: [...(backward?.drop ?? []), alter(table, `DROP COLUMN ${quotedOld}`)],
    check: lacksColumn(table, old),
    back: [
      alter(table, `ADD COLUMN ${quotedOld} ${found.type}`),
      ...(backward?.create ?? []),
      ...(back === null ? [] : refill(context, table, old, back)),
      ...carried.oldIndexes,
    ],
    backMode: 'alone',
    backNote:
      back === null
        ? `${old} comes back empty: no cast leads back.`
        : `${old} is filled again from ${column}; a value that ${found.type} cannot hold is NULL there.`,
    works: 'new',
    destructive: true,
  });
  return planned(
    title,
    [
      phase('expand', `A column of type ${type} beside ${column}`, [add]),
      phase('fill', 'It holds what the old one holds', [fill]),
      build.length > 0 ? phase('enforce', 'Its keys, indexes and rules, while traffic goes on', build) : null,
      deploy(
        'Code that can take both types',
        `Code reads and writes ${column} as ${found.type} and as ${type}: it is one now and the other later, under the same name.`,
      ),
      phase('switch', `${column} is ${type}`, [swap], { edits: [{ kind: 'changeField', table, column, says: `type ${type}` }] }),
      deploy(
        'Code for the new type',
        `Code may use what only ${type} can hold. From the first value that ${found.type} cannot hold there is no way back.`,
      ),
      phase('contract', 'The old column goes', [drop], { gone: [{ table, column: old }] }),
    ],
    {
      limits: [...firingTriggers(context, table), ...carried.limits],
      differences: [`${column} stands behind the other columns.`, ...carried.differences],
      ways: [
        {
          name: 'second-column',
          summary: 'A second column takes the place of the first',
          time: 'a few moments of lock, copy and builds in between',
          disk: 'the column and its indexes once more, until the end',
          deploys: 2,
          chosen: true,
        },
      ],
    },
  );
}

const rowValue = (target: string, value: string, table: string): string =>
  `  NEW.${quoteIdentifier(target)} := (SELECT ${value} FROM (SELECT NEW.*) AS ${quoteIdentifier(table.split('.').at(-1)?.replaceAll('"', '') ?? 'row')});`;

function backNote(back: string | null, fill: string): string {
  const kept = back === null ? 'No cast leads back to the old type: rows written since the swap hold NULL in the old column. ' : '';
  return `${kept}Keys of the old column are built again under the lock. Going on from here starts with "${fill}" and the steps behind it.`;
}

/** The old column again, from the new one, in ranges. */
function refill(context: RecipeContext, table: string, old: string, back: string): string[] {
  const target = quoteIdentifier(old);
  return backfillStep(context, { table, title: '', assignment: `${target} = ${back}`, where: `${target} IS DISTINCT FROM (${back})` }).sql;
}

interface Swapped {
  fresh: string;
  old: string;
  carried: Carried;
  incoming: ReturnType<typeof incomingKeys>;
  forward: string[];
  backward: string[];
  notNull: ReturnType<typeof notNullCopy> | null;
}

/** Everything the swap did, the other way round; keys are built anew, since one index cannot serve both columns. */
function swapBack(change: ChangeOf<'alterColumnType'>, swapped: Swapped): string[] {
  const { table, column } = change;
  const { fresh, old, carried, incoming, notNull } = swapped;
  const [quoted, quotedFresh, quotedOld] = [column, fresh, old].map(quoteIdentifier) as [string, string, string];
  return [
    ...swapped.backward,
    ...carried.viewDrops,
    ...incoming.map((key) => alter(key.table, `DROP CONSTRAINT ${quoteIdentifier(key.name)}`)),
    ...carried.constraints.map((each) => alter(table, `DROP CONSTRAINT ${quoteIdentifier(each.name)}`)),
    ...carried.indexesBack,
    ...carried.beforeRenameBack,
    ...(notNull === null ? [] : [alterColumn(table, column, 'DROP NOT NULL')]),
    alter(table, `RENAME COLUMN ${quoted} TO ${quotedFresh}`),
    alter(table, `RENAME COLUMN ${quotedOld} TO ${quoted}`),
    ...(notNull === null ? [] : notNull.restore),
    ...carried.handBack,
    ...carried.keysBack,
    ...carried.constraints.map((each) => alter(table, `ADD CONSTRAINT ${quoteIdentifier(each.name)} ${each.before}`)),
    ...incoming.map((key) => alter(key.table, `ADD CONSTRAINT ${quoteIdentifier(key.name)} ${constraintBody(key.constraint)}`)),
    ...swapped.forward,
    ...carried.recreate,
  ];
}
