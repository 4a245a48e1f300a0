import { quoteIdentifier } from '../../core/names.js';
import { columnList } from '../../sql/postgres/write/constraint-text.js';
import { backfillSpec } from '../backfill.js';
import { stepOfSpec } from '../backfill-step.js';
import { alter, alterColumn, bare, beside, columnOf, freeName, primaryKeyOf, shown, tableOf } from '../context.js';
import { deploy, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { IntentRecipe } from '../recipe.js';
import { hasRelation, lacksColumn } from '../sql/checks.js';

/** Columns move into a table of their own: both are kept the same by triggers until no code knows the old columns. */
export const splitTable: IntentRecipe<'splitTable'> = (change, context) => {
  const { table, columns } = change;
  const to = change.to.includes('.') ? change.to : beside(table, bare(change.to));
  const title = `Move ${columns.join(', ')} of ${shown(table)} into ${shown(to)}`;
  const relation = tableOf(context, table);
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  const key = primaryKeyOf(relation);
  const found = columns.map((column) => columnOf(context, table, column)!);
  if (key.length === 0)
    return refused(title, `${shown(table)} has no primary key that the rows of both tables could share.`, 'Plan addPrimaryKey first.');
  if (context.catalog.has(to)) return refused(title, `${shown(to)} is there already.`, 'Choose another name.');
  const tied = [...relation.constraints.values()].filter(
    (constraint) => constraint.kind !== 'notNull' && constraint.columns.some((column) => columns.includes(column)),
  );
  const views = columns.flatMap((column) => context.catalog.viewsOn(table, column));
  if (tied.length > 0 || views.length > 0) {
    const what = [...tied.map((constraint) => constraint.name), ...views.map(shown)].join(', ');
    return refused(
      title,
      `${what} of ${shown(table)} uses them.`,
      'Drop or change those first (dropConstraint, changeView), and add them to the new table afterwards.',
    );
  }
  const names = columnList([...key, ...columns]);
  const define = [
    ...key.map((column) => `${quoteIdentifier(column)} ${relation.columns.get(column)?.type ?? ''} NOT NULL`),
    ...found.map(
      (column) =>
        `${quoteIdentifier(column.name)} ${column.type}${column.default ? ` DEFAULT ${column.default.sql}` : ''}${column.notNull ? ' NOT NULL' : ''}`,
    ),
    `PRIMARY KEY (${columnList(key)})`,
    `FOREIGN KEY (${columnList(key)}) REFERENCES ${table} ON DELETE CASCADE`,
  ];
  const assign = columns.map((column) => `${quoteIdentifier(column)} = excluded.${quoteIdentifier(column)}`).join(', ');
  const values = [...key, ...columns].map((column) => `NEW.${quoteIdentifier(column)}`).join(', ');
  const present = `num_nonnulls(${columns.map((column) => `NEW.${quoteIdentifier(column)}`).join(', ')}) > 0`;
  const there = freeName(context, table, columns.slice(0, 1), 'split');
  const here = `${there.slice(0, 58)}_back`;
  const match = key.map((column) => `${quoteIdentifier(column)} = NEW.${quoteIdentifier(column)}`).join(' AND ');
  const sync = [
    afterTrigger(
      table,
      there,
      `  IF ${present} THEN\n    INSERT INTO ${to} (${names}) VALUES (${values}) ON CONFLICT (${columnList(key)}) DO UPDATE SET ${assign};\n  END IF;`,
    ),
    afterTrigger(
      to,
      here,
      `  UPDATE ${table} SET ${columns.map((column) => `${quoteIdentifier(column)} = NEW.${quoteIdentifier(column)}`).join(', ')} WHERE ${match};`,
    ),
  ];
  const required = found.filter((column) => column.notNull).map((column) => column.name);
  const undoSync = [
    `DROP TRIGGER IF EXISTS ${quoteIdentifier(there)} ON ${table}`,
    `DROP FUNCTION IF EXISTS ${beside(table, there)}() CASCADE`,
  ];
  const expand = step({
    title: `Make ${shown(to)}, and triggers that keep both the same`,
    sql: [
      `CREATE TABLE ${to} (\n  ${define.join(',\n  ')}\n)`,
      ...sync.flat(),
      ...required.map((column) => alterColumn(table, column, 'DROP NOT NULL')),
    ],
    check: hasRelation(to),
    back: [
      ...undoSync,
      `DROP TABLE ${to}`,
      `DROP FUNCTION IF EXISTS ${beside(to, here)}()`,
      ...required.map((column) => alterColumn(table, column, 'SET NOT NULL')),
    ],
    backNote: required.length > 0 ? 'It reads the table once; rows that new code wrote without the columns stop it.' : null,
  });
  const own = quoteIdentifier(bare(table));
  const spec = backfillSpec({
    table,
    action: 'copy',
    key,
    assignment: `INSERT INTO ${to} (${names}) SELECT ${names} FROM ${table}`,
    where: `num_nonnulls(${columnList(columns)}) > 0 AND NOT EXISTS (SELECT FROM ${to} AS moved WHERE ${key.map((column) => `moved.${quoteIdentifier(column)} = ${own}.${quoteIdentifier(column)}`).join(' AND ')})`,
  });
  const contract = step({
    title: `Drop ${columns.join(', ')} of ${shown(table)} and the triggers`,
    sql: [
      `DROP TRIGGER ${quoteIdentifier(there)} ON ${table}`,
      `DROP TRIGGER ${quoteIdentifier(here)} ON ${to}`,
      `DROP FUNCTION ${beside(table, there)}()`,
      `DROP FUNCTION ${beside(to, here)}()`,
      ...columns.map((column) => alter(table, `DROP COLUMN ${quoteIdentifier(column)}`)),
    ],
    check: lacksColumn(table, columns[0] ?? ''),
    back: [
      ...found.map((column) =>
        alter(
          table,
          `ADD COLUMN ${quoteIdentifier(column.name)} ${column.type}${column.default && column.sequence === null ? ` DEFAULT ${column.default.sql}` : ''}`,
        ),
      ),
      ...sync.flat(),
      `UPDATE ${table} AS a SET ${columns.map((column) => `${quoteIdentifier(column)} = b.${quoteIdentifier(column)}`).join(', ')} FROM ${to} AS b WHERE ${key.map((column) => `a.${quoteIdentifier(column)} = b.${quoteIdentifier(column)}`).join(' AND ')}`,
    ],
    backNote: 'It writes every row that has values, under the lock: on a large table copy them in ranges instead.',
    works: 'new',
  });
  return planned(
    title,
    [
      phase('expand', `${shown(to)} beside the columns`, [expand]),
      phase('fill', 'It holds what the columns hold', [
        stepOfSpec(spec, `Copy ${columns.join(', ')} into ${shown(to)}`, 'Nothing to take back: nothing reads the copies yet.'),
      ]),
      deploy(
        'Code that uses the new table',
        `Code reads and writes ${columns.join(', ')} in ${shown(to)}, with INSERT … ON CONFLICT (${key.join(', ')}) DO UPDATE; the old version may still run beside it.`,
        [
          { kind: 'addModel', table: to, says: `${[...key, ...columns].join(', ')}, one row for a row of ${shown(table)}` },
          ...columns.map((column) => ({ kind: 'removeField', table, column }) as const),
        ],
      ),
      phase('contract', 'The old columns go', [contract], { gone: columns.map((column) => ({ table, column })) }),
    ],
    { limits: [`A row of ${shown(table)} in which all of them are NULL has no row in ${shown(to)}.`, ...indexLimits()] },
  );

  function indexLimits(): string[] {
    const lost = context.catalog
      .indexesOf(table)
      .filter((index) => index.constraint === null && index.keys.some((each) => each.column !== null && columns.includes(each.column)));
    return lost.map((index) => `${shown(index.name)} goes with its column: plan addIndex for ${shown(to)} before the deploy.`);
  }
};

/** A trigger that answers to writes of code, not to those of the other trigger. */
function afterTrigger(table: string, name: string, body: string): string[] {
  const routine = beside(table, name);
  return [
    `CREATE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql AS $keep$\nBEGIN\n${body}\n  RETURN NULL;\nEND\n$keep$`,
    `CREATE TRIGGER ${quoteIdentifier(name)} AFTER INSERT OR UPDATE ON ${table} FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ${routine}()`,
  ];
}
