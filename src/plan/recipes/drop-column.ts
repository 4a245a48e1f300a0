import { quoteIdentifier } from '../../core/names.js';
import { alter, alterColumn, columnOf, primaryKeyOf, shown } from '../context.js';
import { deploy, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { ChangeRecipe } from '../recipe.js';
import { isNullable, lacksColumn } from '../sql/checks.js';

/** First nobody needs to write it, then no code knows it, then it goes: a moment of lock, and its values are gone. */
export const dropColumn: ChangeRecipe<'dropColumn'> = ({ table, column }, _sql, context) => {
  const title = `Drop ${column} of ${shown(table)}`;
  const found = columnOf(context, table, column);
  const relation = context.catalog.relation(table);
  if (found === null || !relation) return needsFirst(title, tableNeeded(shown(table)));
  const views = context.catalog.viewsOn(table, column);
  if (views.length > 0) {
    return refused(
      title,
      `${views.map(shown).join(', ')} read ${column}: PostgreSQL refuses the drop, and CASCADE would take them away.`,
      'Plan changeView for each of them first.',
    );
  }
  const foreign = context.catalog.foreignKeysTo(table).filter(({ constraint }) => constraint.references?.columns.includes(column));
  if (foreign.length > 0) {
    const names = foreign.map((key) => `${key.constraint.name} of ${shown(key.table)}`).join(', ');
    return refused(title, `It is the target of ${names}.`, 'Plan dropConstraint for each of them first.');
  }
  const generated = [...relation.columns.values()].filter((other) => other.generated?.expression.columns.includes(column));
  if (generated.length > 0) {
    return refused(
      title,
      `${generated.map((each) => each.name).join(', ')} of ${shown(table)} is computed from it.`,
      'Drop that column first.',
    );
  }
  if (relation.partitionBy?.columns.includes(column))
    return refused(title, `${shown(table)} is partitioned by ${column}.`, 'Copy it into a table that is partitioned otherwise.');
  const quoted = quoteIdentifier(column);
  const relax =
    found.notNull &&
    found.default === null &&
    found.identity === null &&
    found.generated === null &&
    !primaryKeyOf(relation).includes(column)
      ? phase('expand', 'Nobody has to write it any more', [
          step({
            title: `Let ${column} be NULL, so that code which does not know it can insert`,
            sql: [alterColumn(table, column, 'DROP NOT NULL')],
            check: isNullable(table, column),
            back: [alterColumn(table, column, 'SET NOT NULL')],
            backNote: 'It fails once new code has inserted a row without it.',
          }),
        ])
      : null;
  const lost = [
    ...[...relation.constraints.values()].filter((constraint) => constraint.columns.includes(column)).map((constraint) => constraint.name),
    ...context.catalog
      .indexesOf(table)
      .filter((index) => index.constraint === null && index.keys.some((key) => key.column === column))
      .map((index) => shown(index.name)),
  ];
  const value = found.default === null || found.sequence !== null ? '' : ` DEFAULT ${found.default.sql}`;
  const drop = step({
    title: `${title}, with its values${lost.length > 0 ? ` and ${lost.join(', ')}` : ''}`,
    sql: [alter(table, `DROP COLUMN ${quoted}`)],
    check: lacksColumn(table, column),
    back: [alter(table, `ADD COLUMN ${quoted} ${found.type}${found.generated ? '' : value}`)],
    backNote: `The column comes back empty${lost.length > 0 ? ` and without ${lost.join(', ')}` : ''}: its values are only in a backup.`,
    works: 'new',
    destructive: true,
  });
  return planned(
    title,
    [
      relax,
      deploy(
        'Code that does not know it',
        `No query, model or function reads or writes ${column} of ${shown(table)}, not even by SELECT *.`,
        [{ kind: 'removeField', table, column }],
      ),
      phase('contract', title, [drop], { gone: [{ table, column }] }),
    ],
    { limits: ['The space of the column is given back only as rows are written anew.'] },
  );
};
