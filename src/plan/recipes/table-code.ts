import { quoteIdentifier, qualify, splitQualified } from '../../core/names.js';
import { shown, tableOf } from '../context.js';
import { deploy, direct, needsFirst, phase, planned, step } from '../draft.js';
import type { IntentRecipe } from '../recipe.js';
import { hasTrigger, isView } from '../sql/checks.js';

const bareStatement = (sql: string): string => sql.trim().replace(/(\s*;)+$/, '');

/** A trigger with its function in one moment: CREATE OR REPLACE leaves no gap in which rows slip through. */
export const setTrigger: IntentRecipe<'setTrigger'> = (change, context) => {
  const { table } = change;
  const written = /create\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\s+("(?:[^"]|"")+"|[\w$]+)/i.exec(change.trigger)?.[1];
  const name = written?.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : (written?.toLowerCase() ?? '');
  const title = `Set the trigger ${name} on ${shown(table)}`;
  tableOf(context, table);
  if (name === '')
    return needsFirst(title, {
      what: 'a CREATE TRIGGER statement',
      why: 'trigger holds none.',
      how: 'Write CREATE TRIGGER name … EXECUTE FUNCTION f().',
    });
  const before = context.catalog.relation(table)?.triggers.get(name);
  const definition = context.surroundings.definitions.get(`trigger ${table}.${name}`);
  const isConstraint = /create\s+constraint\s+trigger/i.test(change.trigger);
  const label = quoteIdentifier(name);
  const create = bareStatement(change.trigger).replace(/^create\s+(?:or\s+replace\s+)?trigger/i, 'CREATE OR REPLACE TRIGGER');
  const routine = change.function === undefined ? null : functionOf(change.function);
  const old = routine === null ? undefined : context.catalog.functions.get(routine)?.[0];
  const oldFunction =
    old?.body === null || old?.body === undefined
      ? null
      : `CREATE OR REPLACE FUNCTION ${routine}() RETURNS trigger LANGUAGE ${old.language} AS $before$${old.body}$before$`;
  const back = [
    ...(before === undefined
      ? [`DROP TRIGGER IF EXISTS ${label} ON ${table}`]
      : definition === undefined
        ? []
        : [`DROP TRIGGER IF EXISTS ${label} ON ${table}`, bareStatement(definition)]),
    ...(routine === null ? [] : old === undefined ? [`DROP FUNCTION IF EXISTS ${routine}()`] : oldFunction === null ? [] : [oldFunction]),
  ];
  const sql = [
    ...(change.function === undefined
      ? []
      : [bareStatement(change.function).replace(/^create\s+(?:or\s+replace\s+)?function/i, 'CREATE OR REPLACE FUNCTION')]),
    ...(isConstraint && before !== undefined ? [`DROP TRIGGER ${label} ON ${table}`] : []),
    create,
  ];
  const unknownBack = before !== undefined && definition === undefined;
  const own = step({
    title,
    sql,
    check: hasTrigger(table, name),
    back,
    backNote: unknownBack ? 'The trigger as it was before is not known: keep its definition (pg_get_triggerdef).' : null,
  });
  return direct(title, own, [], {
    limits: [
      'Writes of the table wait for a moment. From then on every write runs the function: one that is slow or fails makes every write slow or fail, so try it on a copy.',
      'Rows that are there are not touched: plan backfill where they should look as if the trigger had seen them.',
    ],
  });
};

function functionOf(sql: string): string | null {
  const name = /create\s+(?:or\s+replace\s+)?function\s+([\w."$]+)\s*\(/i.exec(sql)?.[1];
  if (name === undefined) return null;
  const { schema, name: bare } = splitQualified(name);
  return qualify(schema ?? 'public', bare);
}

/** A view whose columns change gets its new definition in one moment, with its rights; views on it are made again. */
export const changeView: IntentRecipe<'changeView'> = (change, context) => {
  const { view } = change;
  const title = `Change the view ${shown(view)}`;
  const relation = context.catalog.relation(view);
  if (relation?.kind === 'materializedView')
    return needsFirst(title, {
      what: 'an ordinary view',
      why: 'A materialized view holds rows.',
      how: 'Make a second one, refresh it, and swap the names.',
    });
  const query = bareStatement(change.query);
  const old = context.surroundings.definitions.get(`view ${view}`);
  const dependants = context.catalog.viewsBelow(view);
  const missing = [view, ...dependants].filter((name) => relation !== undefined && !context.surroundings.definitions.has(`view ${name}`));
  if (missing.length > 0 && context.way !== 'replace') {
    return needsFirst(title, {
      what: `the definitions and rights of ${missing.map(shown).join(', ')}`,
      why: 'The view is dropped and made again in one transaction: rights and the views on it must come back with it.',
      how: 'Name the variable with the address of the database (it is only read), or choose the way replace where only columns are added at the end.',
    });
  }
  const restored = dependants.flatMap((name) => [
    bareStatement(context.surroundings.definitions.get(`view ${name}`) ?? ''),
    ...extrasOf(name),
  ]);
  const drops = [...dependants].reverse().map((name) => `DROP VIEW ${name}`);
  const asBefore =
    missing.length > 0 || old === undefined ? [] : [...drops, `DROP VIEW ${view}`, bareStatement(old), ...extrasOf(view), ...restored];
  if (context.way === 'replace') {
    const replace = step({
      title: `${title}: the same columns first, new ones behind`,
      sql: [`CREATE OR REPLACE VIEW ${view} AS ${query}`],
      check: isView(view),
      back: asBefore,
      backNote: asBefore.length === 0 ? 'Its definition before is not known: keep it (pg_get_viewdef).' : null,
    });
    return direct(title, replace, [], { ways: ways('replace') });
  }
  const swap = step({
    title: `${title}${dependants.length > 0 ? `, and ${dependants.map(shown).join(', ')} on it` : ''}, in one moment`,
    sql: [...drops, ...(relation ? [`DROP VIEW ${view}`] : []), `CREATE VIEW ${view} AS ${query}`, ...extrasOf(view), ...restored],
    check: isView(view),
    back: [...drops, `DROP VIEW ${view}`, ...(old === undefined ? [] : [bareStatement(old), ...extrasOf(view)]), ...restored],
    works: 'new',
  });
  return planned(
    title,
    [
      deploy('Code that reads either', `Code reads ${shown(view)} by the names of its columns, and does without those that go.`),
      phase('switch', title, [swap]),
    ],
    { ways: ways('recreate') },
  );

  function extrasOf(name: string): string[] {
    const comment = context.surroundings.comments.get(`relation ${name}`);
    return [...(context.surroundings.grants.get(name) ?? []), ...(comment === undefined ? [] : [comment])];
  }
};

function ways(chosen: 'recreate' | 'replace') {
  return [
    {
      name: 'recreate',
      summary: 'Drop it and make it again with its rights, in one transaction',
      time: 'a moment',
      disk: 'none',
      deploys: 1,
      chosen: chosen === 'recreate',
    },
    {
      name: 'replace',
      summary: 'CREATE OR REPLACE: only where columns are added at the end',
      time: 'a moment',
      disk: 'none',
      deploys: 0,
      chosen: chosen === 'replace',
    },
  ];
}
