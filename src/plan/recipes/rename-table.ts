import type { ChangeOf } from '../../core/change.js';
import { qualify, quoteIdentifier, splitQualified } from '../../core/names.js';
import { constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { alter, bare, beside, type RecipeContext, shown, tableOf } from '../context.js';
import { deploy, type Draft, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { ChangeRecipe } from '../recipe.js';
import { hasRelation, isView, lacksConstraint, lacksRelation } from '../sql/checks.js';

/** The table gets its new name and a view takes the old one, in one moment: old code goes on through the view. */
export const renameTable: ChangeRecipe<'renameTable'> = (change, _sql, context) =>
  moved(change.table, beside(change.table, change.to), alter(change.table, `RENAME TO ${quoteIdentifier(change.to)}`), context);

/** The same into another schema. */
export const setSchema = (change: ChangeOf<'setSchema'>, sql: string, context: RecipeContext): Draft | null =>
  change.objectKind === 'table' ? moved(change.name, qualify(change.schema, bare(change.name)), sql, context) : null;

function moved(table: string, to: string, sql: string, context: RecipeContext): Draft {
  const title = `${splitQualified(table).schema === splitQualified(to).schema ? 'Rename' : 'Move'} ${shown(table)} to ${shown(to)}`;
  const relation = tableOf(context, table);
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  if (context.catalog.has(to)) return refused(title, `${shown(to)} is there already.`, 'Choose another name.');
  const chosen = context.way === 'code-only' ? 'code-only' : 'view';
  const ways: Draft['ways'] = [
    {
      name: 'view',
      summary: 'A view under the old name until no code uses it',
      time: 'one moment of lock',
      disk: 'none',
      deploys: 1,
      chosen: chosen === 'view',
    },
    {
      name: 'code-only',
      summary: 'The model maps its new name to the old table',
      time: 'none',
      disk: 'none',
      deploys: 1,
      chosen: chosen === 'code-only',
    },
  ];
  if (chosen === 'code-only') {
    const edit = { kind: 'renameModel', table: to, to: table } as const;
    return planned(title, [deploy('Code with the new name', `The code calls it ${shown(to)}; the table stays ${shown(table)}.`, [edit])], {
      ways,
      differences: [`The table keeps the name ${shown(table)}.`],
    });
  }
  const secured = relation.rowSecurity && context.version >= 15;
  if (relation.rowSecurity && !secured) {
    return refused(
      title,
      'Row-level security would be passed by: views run with the rights of their owner before PostgreSQL 15.',
      'Rename it in code only (way code-only).',
    );
  }
  const columns = [...relation.columns.keys()].map(quoteIdentifier).join(', ');
  const view = `CREATE VIEW ${table}${secured ? ' WITH (security_invoker = true)' : ''} AS SELECT ${columns} FROM ${to}`;
  const defaults = [...relation.columns.values()].filter((column) => column.default !== null || column.identity !== null);
  const grants = (context.surroundings.grants.get(table) ?? []).filter(
    (grant) => !/\b(truncate|references|trigger|maintain)\b/i.test(grant),
  );
  const back = sql.includes(' SET SCHEMA ')
    ? alter(to, `SET SCHEMA ${quoteIdentifier(splitQualified(table).schema ?? 'public')}`)
    : alter(to, `RENAME TO ${quoteIdentifier(bare(table))}`);
  const swap = step({
    title: `Give the table its new name, and a view the old one`,
    sql: [sql, view, ...grants],
    check: isView(table),
    back: [`DROP VIEW ${table}`, back],
  });
  const dropView = step({
    title: `Drop the view ${shown(table)}`,
    sql: [`DROP VIEW ${table}`],
    check: lacksRelation(table),
    back: [view, ...grants],
    works: 'new',
  });
  return planned(
    title,
    [
      phase('switch', `${shown(to)}, with a view under the old name`, [swap]),
      deploy('Code with the new name', `All code says ${shown(to)}; the old version may still run beside it, through the view.`, [
        { kind: 'renameModel', table, to },
      ]),
      phase('contract', 'The old name goes', [dropView], { gone: [{ table, column: null }] }),
    ],
    {
      ways,
      limits: [
        `Through the view TRUNCATE, LOCK TABLE and COPY into ${shown(table)} fail, and ALTER TABLE must say ${shown(to)}.`,
        ...(defaults.length > 0 ? ['Defaults and identities of the table apply through the view as well.'] : []),
        ...(context.surroundings.source === 'nothing'
          ? [`Rights on ${shown(table)} are not known: grant them on the view as well, or other roles lose the old name.`]
          : []),
      ],
    },
  );
}

/** First no code uses it, then its keys go one by one, then it is put aside, and only later dropped. */
export const dropTable: ChangeRecipe<'dropTable'> = (change, _sql, context) => {
  const { table } = change;
  const title = `Drop ${shown(table)}`;
  const relation = tableOf(context, table);
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  const views = context.catalog.viewsOn(table);
  if (views.length > 0) return refused(title, `${views.map(shown).join(', ')} read it.`, 'Drop or change those views first.');
  const aside = beside(table, `${bare(table).slice(0, 50)}_dropped`);
  const incoming = context.catalog.foreignKeysTo(table).filter((key) => key.table !== table);
  const keys = incoming.map(({ table: holder, constraint }) => dropForeignKey(holder, constraint.name));
  const outgoing = context.catalog.foreignKeysFrom(table).map(({ constraint }) => dropForeignKey(table, constraint.name));
  const putAside = step({
    title: `Put it aside as ${shown(aside)}: whoever still uses it is heard at once`,
    sql: [alter(table, `RENAME TO ${quoteIdentifier(bare(aside))}`)],
    check: hasRelation(aside),
    back: [alter(aside, `RENAME TO ${quoteIdentifier(bare(table))}`)],
    works: 'new',
  });
  const drop = step({
    title: `Drop ${shown(aside)} with its rows`,
    sql: [`DROP TABLE ${aside}`],
    check: lacksRelation(aside),
    back: [],
    backNote: 'There is no way back but a backup.',
    works: 'new',
    destructive: true,
  });
  const gone = [{ table, column: null }];
  return planned(title, [
    deploy('Code that does not know it', `No query, model, job or report uses ${shown(table)}.`, [{ kind: 'removeModel', table }]),
    keys.length + outgoing.length > 0 ? phase('contract', 'Its foreign keys go, each on its own', [...keys, ...outgoing], { gone }) : null,
    phase('contract', 'It is put aside', [putAside], { gone }),
    deploy('Wait', 'Wait until every job that could need it has run, a month end included.'),
    phase('contract', 'It is dropped', [drop], { gone }),
  ]);

  function dropForeignKey(holder: string, name: string) {
    const constraint = context.catalog.constraint(holder, name);
    const target = constraint?.references?.table ?? '';
    return step({
      title: `Drop the foreign key ${name} of ${shown(holder)}, which locks ${shown(target)} as well for a moment`,
      sql: [alter(holder, `DROP CONSTRAINT ${quoteIdentifier(name)}`)],
      check: lacksConstraint(holder, name),
      back: constraint
        ? [
            alter(holder, `ADD CONSTRAINT ${quoteIdentifier(name)} ${constraintBody(constraint)} NOT VALID`),
            alter(holder, `VALIDATE CONSTRAINT ${quoteIdentifier(name)}`),
          ]
        : [],
      backMode: 'alone',
      backNote: 'Rows that break it by then stop its check.',
    });
  }
};
