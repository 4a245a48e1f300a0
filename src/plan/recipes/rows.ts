import type { PlanChange } from '../../core/plan-change.js';
import { quoteIdentifier } from '../../core/names.js';
import { backfillSpec } from '../backfill.js';
import { backfillStep, firingTriggers, stepOfSpec } from '../backfill-step.js';
import { columnOf, primaryKeyOf, shown, tableOf } from '../context.js';
import { needsFirst, phase, planned, tableNeeded } from '../draft.js';
import type { IntentRecipe } from '../recipe.js';
import { mentions } from '../sql/rename-in.js';

/** Values for rows that are there, in ranges of the key. */
export const backfill: IntentRecipe<'backfill'> = (change, context) => {
  const { table, set } = change;
  const columns = Object.keys(set);
  const title = `Fill ${columns.join(', ')} of ${shown(table)}`;
  if (tableOf(context, table) === null) return needsFirst(title, tableNeeded(shown(table)));
  for (const column of columns) columnOf(context, table, column);
  const differs = columns.map((column) => `${quoteIdentifier(column)} IS DISTINCT FROM (${set[column] ?? 'NULL'})`).join(' OR ');
  const where = change.where === undefined ? differs : `(${change.where}) AND (${differs})`;
  const self = columns.filter((column) => columns.some((other) => mentions(set[column] ?? '', other)));
  if (self.length > 0 && context.way !== 'repeatable') {
    return needsFirst(title, {
      what: 'whether it may run twice',
      why: `${self.join(', ')} is computed from what it holds: after a crash a run goes on, and a row that was done would be done again.`,
      how: 'Fill a second column instead. Where doing it twice gives the same (lower(x)), choose the way repeatable.',
    });
  }
  const own = backfillStep(context, {
    table,
    title,
    assignment: columns.map((column) => `${quoteIdentifier(column)} = ${set[column] ?? 'NULL'}`).join(', '),
    where,
    backNote: 'The values that were there before are not kept: copy them into a table of their own first if they may be needed.',
  });
  return planned(title, [phase('fill', title, [{ ...own, destructive: true }])], {
    limits: [
      ...firingTriggers(context, table),
      ...(/\b(random|clock_timestamp|gen_random_uuid|nextval)\s*\(/i.test(Object.values(set).join(' '))
        ? ['Its value is another one each time: give a where that leaves out rows that are done, or every run writes every row again.']
        : []),
    ],
  });
};

/** Rows go in ranges of the key; the tables that refer to them are named. */
export const deleteRows: IntentRecipe<'deleteRows'> = (change, context) => {
  const { table, where } = change;
  const title = `Delete rows of ${shown(table)}`;
  const relation = tableOf(context, table);
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  const spec = backfillSpec({ table, action: 'delete', where, key: primaryKeyOf(relation) });
  const holders = context.catalog.foreignKeysTo(table);
  const own = stepOfSpec(
    spec,
    title,
    'The rows are only in a backup: copy them into a table of their own first if they may be needed.',
    true,
  );
  return planned(title, [phase('contract', title, [own])], {
    limits: [
      ...holders.map(({ table: holder, constraint }) => {
        const indexed = context.catalog.indexesOf(holder).some((index) => index.keys[0]?.column === constraint.columns[0]);
        const action = constraint.references?.onDelete;
        const what =
          action === 'cascade'
            ? 'loses its rows as well'
            : action === 'setNull' || action === 'setDefault'
              ? 'has its rows changed'
              : 'stops the delete where it still refers to a row';
        return `${shown(holder)} refers to it (${constraint.name}) and ${what}${indexed ? '' : `; without an index on ${constraint.columns.join(', ')} it is read in full for each row that is deleted`}.`;
      }),
      'Space is given back to the table, not to the disk: autovacuum cleans up behind the ranges.',
    ],
  });
};

/** An UPDATE or DELETE as somebody wrote it, as an intent; null when its shape does not allow ranges. */
export function rowsIntent(sql: string, table: string): PlanChange | null {
  if (/\b(returning|using|limit|with)\b/i.test(sql)) return null;
  const deletion = /^\s*delete\s+from\s+(?:only\s+)?[\w."$]+(?:\s+where\s+([\s\S]+))?$/i.exec(sql);
  if (deletion) return { kind: 'deleteRows', table, where: deletion[1]?.trim() ?? 'true' };
  const update = /^\s*update\s+(?:only\s+)?[\w."$]+\s+set\s+((?:[^']|'(?:[^']|'')*')+?)(?:\s+where\s+((?:[^']|'(?:[^']|'')*')+))?$/i.exec(
    sql,
  );
  if (!update || /\bfrom\b/i.test(update[1] ?? '')) return null;
  const set: Record<string, string> = {};
  for (const part of splitTopLevel(update[1] ?? '')) {
    const assignment = /^\s*("(?:[^"]|"")+"|[\w$]+)\s*=\s*([\s\S]+)$/.exec(part);
    if (!assignment) return null;
    const name = assignment[1] ?? '';
    set[name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase()] = (assignment[2] ?? '').trim();
  }
  return { kind: 'backfill', table, set, ...(update[2] === undefined ? {} : { where: update[2].trim() }) };
}

/** Cuts at commas that stand outside parentheses and strings. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = [];
  let [depth, from, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(' || character === '[') depth += 1;
    if (character === ')' || character === ']') depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
