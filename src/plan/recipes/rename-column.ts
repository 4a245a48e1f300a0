import { quoteIdentifier } from '../../core/names.js';
import { indexUses } from '../../sql/catalog/apply/columns.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import { backfillStep, firingTriggers } from '../backfill-step.js';
import { alter, columnOf, freeName, type RecipeContext, shown } from '../context.js';
import { deploy, type Draft, type DraftStep, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { ModelEdit } from '../model-edit.js';
import type { ChangeRecipe } from '../recipe.js';
import { hasColumn, lacksColumn } from '../sql/checks.js';
import { buildIndex } from '../sql/index-steps.js';
import { rowTrigger, triggerName } from '../sql/trigger-text.js';

/**
 * The new name is a second column for a while, kept the same in both directions, so that old and new code run side by side.
 * At the end the second column goes and the first one is renamed: keys, indexes, identity, views, rights and comments were
 * on it all the time, and nothing has to be carried over.
 */
export const renameColumn: ChangeRecipe<'renameColumn'> = (change, _sql, context) => {
  const { table, column, to } = change;
  const title = `Rename ${column} of ${shown(table)} to ${to}`;
  const found = columnOf(context, table, column);
  const relation = context.catalog.relation(table);
  if (found === null || !relation) return needsFirst(title, tableNeeded(shown(table)));
  if (relation.columns.has(to)) return refused(title, `${shown(table)} already has a column ${to}.`, 'Choose another name.');
  const rename: ModelEdit = { kind: 'renameField', table, from: column, to };
  const ways = waysOf(context.way, to);
  if (context.way === 'code-only') {
    const says = `The code calls it ${to}; the column stays ${column}.`;
    return planned(title, [deploy('Code with the new name', says, [{ kind: 'renameField', table, from: to, to: column }])], {
      ways,
      differences: [`The column keeps the name ${column}; only the code says ${to}.`],
    });
  }
  if (found.generated !== null)
    return refused(
      title,
      `${column} is computed: a second one cannot be kept in both directions.`,
      'Rename it in code only (way code-only).',
    );
  const [from, into] = [quoteIdentifier(column), quoteIdentifier(to)];
  const trigger = rowTrigger(table, triggerName(context, table, column, 'rename'), bothWays(from, into));
  const add = step({
    title: `Add ${to} beside ${column}, and a trigger that keeps both the same`,
    sql: [
      alter(table, `ADD COLUMN ${into} ${found.type}${found.collation ? ` COLLATE ${quoteIdentifier(found.collation)}` : ''}`),
      ...trigger.create,
    ],
    check: hasColumn(table, to),
    back: [...trigger.drop, alter(table, `DROP COLUMN IF EXISTS ${into}`)],
  });
  const fill = backfillStep(context, {
    table,
    title: `Copy ${column} into ${to}`,
    assignment: `${into} = ${from}`,
    where: `${into} IS DISTINCT FROM ${from}`,
  });
  const switchOver = step({
    title: `Take the second column away and rename ${column} to ${to}`,
    sql: [...trigger.drop, alter(table, `DROP COLUMN ${into}`), alter(table, `RENAME COLUMN ${from} TO ${into}`)],
    check: lacksColumn(table, column),
    back: [
      alter(table, `RENAME COLUMN ${into} TO ${from}`),
      alter(table, `ADD COLUMN ${into} ${found.type}${found.collation ? ` COLLATE ${quoteIdentifier(found.collation)}` : ''}`),
      ...trigger.create,
    ],
    backNote: `Run "${fill.title}"${relation.indexes.size > 0 ? ' and the index builds' : ''} again before code reads ${to}.`,
    works: 'new',
  });
  return planned(
    title,
    [
      phase('expand', `${to} beside ${column}`, [add]),
      phase('fill', `${to} holds what ${column} holds`, [fill, ...indexCopies(context, table, column, to)]),
      deploy('Code with the new name', `All code reads and writes ${to}; the old version may still run beside it.`, [rename]),
      phase('contract', `One column, named ${to}`, [switchOver], { gone: [{ table, column }] }),
    ],
    {
      ways,
      limits: [
        ...firingTriggers(context, table),
        `While both columns are there, each row holds the value twice.`,
        ...(found.default === null ? [] : [`Until the end an insert that gives ${to} NULL on purpose gets the default of ${column}.`]),
        'Functions whose bodies are text keep the old name: see who still uses it.',
      ],
    },
  );
};

/** Whoever was written wins; on insert the new name does, unless it was left out. */
function bothWays(from: string, into: string): string {
  return `  IF TG_OP = 'INSERT' THEN
    IF NEW.${into} IS NULL THEN NEW.${into} := NEW.${from}; ELSE NEW.${from} := NEW.${into}; END IF;
  ELSIF NEW.${into} IS DISTINCT FROM OLD.${into} THEN
    NEW.${from} := NEW.${into};
  ELSE
    NEW.${into} := NEW.${from};
  END IF;`;
}

/** New code looks rows up by the new name: for as long as that is a column of its own, it has the same indexes. */
function indexCopies(context: RecipeContext, table: string, column: string, to: string): DraftStep[] {
  if (context.catalog.relation(table)?.kind === 'partitionedTable') return [];
  const simple = context.catalog
    .indexesOf(table)
    .filter((index) => indexUses(index, column) && index.predicate === null && index.keys.every((key) => key.column !== null));
  return simple.map((index, at) => {
    const renamed = (name: string | null): string | null => (name === column ? to : name);
    const name = freeName(context, table, [to, at === 0 ? '' : String(at)].filter(Boolean), 'idx');
    const copy = {
      ...index,
      unique: false,
      include: index.include.map((each) => renamed(each) ?? each),
      keys: index.keys.map((key) => ({ ...key, column: renamed(key.column) })),
    };
    const create = createIndexText(copy, { name, concurrently: true }).replace(/;$/, '');
    return buildIndex(table, name, create, { title: `Build ${name}, so that reads by ${to} are as quick as by ${column}` });
  });
}

function waysOf(way: string | null, to: string): Draft['ways'] {
  const codeOnly = way === 'code-only';
  return [
    {
      name: 'second-column',
      summary: 'A second column for a while, kept the same by a trigger',
      time: 'two moments of lock, and the copy in ranges',
      disk: 'the column and its indexes once more, until the end',
      deploys: 1,
      chosen: !codeOnly,
    },
    {
      name: 'code-only',
      summary: `The code says ${to}, the column keeps its name`,
      time: 'none',
      disk: 'none',
      deploys: 1,
      chosen: codeOnly,
    },
  ];
}
