import type { ConstraintDefinition } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { constraintName } from '../../sql/catalog/apply/naming.js';
import { columnList, constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { alter, freeName, type RecipeContext, shown, tableOf } from '../context.js';
import { direct, type DraftStep, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { ChangeRecipe } from '../recipe.js';
import { hasConstraint } from '../sql/checks.js';
import { addNotValid, notNullSteps, validate, validatedLater } from '../sql/constraint-steps.js';
import { buildIndex } from '../sql/index-steps.js';

/** A constraint: for new rows first, checked on old ones while traffic goes on; keys from an index that was built before. */
export const addConstraint: ChangeRecipe<'addConstraint'> = (change, sql, context) => {
  const { table, constraint } = change;
  const name = constraint.name ?? constraintName(context.catalog, table, constraint);
  const title = `Add ${words[constraint.kind]} ${name} to ${shown(table)}`;
  const relation = tableOf(context, table);
  if (constraint.notValid || constraint.usingIndex !== null) {
    return direct(title, step({ title, sql: [sql], check: hasConstraint(table, name), back: [dropText(table, name)] }));
  }
  if (constraint.kind === 'exclusion') return exclusion(title, sql, table, name);
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  const isKey = constraint.kind === 'primaryKey' || constraint.kind === 'unique';
  if (isKey && relation.kind === 'partitionedTable') {
    return refused(
      title,
      'On a partitioned table a key is built on all partitions under a lock that writers wait for.',
      `Build a unique index on each partition first (plan addIndex with unique for ${shown(table)}); it enforces the same rule.`,
    );
  }
  if (constraint.kind === 'foreignKey' && relation.kind === 'partitionedTable' && context.version < 18) {
    return partitionedForeignKey(title, table, name, constraint, context);
  }
  const { steps, limits } = constraintSteps(context, table, constraint);
  const edit = constraint.references
    ? ({ kind: 'addRelation', table, columns: constraint.columns, references: constraint.references.table, name } as const)
    : isKey
      ? ({ kind: 'addIndex', table, name, columns: constraint.columns, unique: true } as const)
      : ({ kind: 'other', says: `The model of ${shown(table)} declares ${words[constraint.kind]} ${name}.` } as const);
  return planned(title, [phase('enforce', title, steps, { edits: [edit] })], { limits });
};

const words: Record<ConstraintDefinition['kind'], string> = {
  primaryKey: 'the primary key',
  unique: 'the unique constraint',
  check: 'the check',
  foreignKey: 'the foreign key',
  exclusion: 'the exclusion constraint',
  notNull: 'the NOT NULL constraint',
};

const dropText = (table: string, name: string): string => alter(table, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`);

/** Steps that add a constraint to an ordinary table, and what holds of the data. */
export function constraintSteps(
  context: RecipeContext,
  table: string,
  constraint: ConstraintDefinition,
): { steps: DraftStep[]; limits: string[] } {
  const name = constraint.name ?? constraintName(context.catalog, table, constraint);
  const what = `${words[constraint.kind]} ${name}`;
  switch (constraint.kind) {
    case 'primaryKey':
    case 'unique':
      return keySteps(context, table, name, constraint);
    case 'foreignKey': {
      const indexed = context.catalog
        .indexesOf(table)
        .some((index) => constraint.columns.every((column, at) => index.keys[at]?.column === column) && index.predicate === null);
      return {
        steps: validatedLater(table, name, constraint, what),
        limits: [
          'Rows without a partner make the check of the old rows fail; nothing is left half done, and new rows stay checked.',
          ...(indexed
            ? []
            : [
                `No index of ${shown(table)} begins with ${constraint.columns.join(', ')}: each delete or key update of the other table reads all of it. Plan addIndex before.`,
              ]),
        ],
      };
    }
    case 'notNull':
      return { steps: notNullSteps(context, table, constraint.columns[0] ?? '', 'new'), limits: [] };
    default:
      return {
        steps: validatedLater(table, name, constraint, what),
        limits: ['Rows that break the rule make the check of the old rows fail; code that writes such rows fails from the first step on.'],
      };
  }
}

/** A key from a unique index that was built while traffic went on. */
function keySteps(
  context: RecipeContext,
  table: string,
  name: string,
  constraint: ConstraintDefinition,
): { steps: DraftStep[]; limits: string[] } {
  const relation = context.catalog.relation(table);
  const isPrimary = constraint.kind === 'primaryKey';
  const missing = isPrimary ? constraint.columns.filter((column) => relation?.columns.get(column)?.notNull !== true) : [];
  const index = freeName(context, table, constraint.columns, 'idx');
  const include = constraint.include.length > 0 ? ` INCLUDE (${columnList(constraint.include)})` : '';
  const distinct = constraint.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const create = `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(index)} ON ${table} (${columnList(constraint.columns)})${include}${distinct}`;
  const deferrable = constraint.deferrable ? ` DEFERRABLE${constraint.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const key = isPrimary ? 'PRIMARY KEY' : 'UNIQUE';
  return {
    steps: [
      ...missing.flatMap((column) => notNullSteps(context, table, column, 'new')),
      buildIndex(table, index, create),
      step({
        title: `Make it ${words[constraint.kind]} ${name}`,
        sql: [alter(table, `ADD CONSTRAINT ${quoteIdentifier(name)} ${key} USING INDEX ${quoteIdentifier(index)}${deferrable}`)],
        check: hasConstraint(table, name),
        back: [dropText(table, name)],
        backNote: 'The index goes with the constraint: going on from here starts with building it again.',
      }),
    ],
    limits: [
      `Two rows with the same ${constraint.columns.join(', ')} make the build fail. Look first: SELECT ${columnList(constraint.columns)}, count(*) FROM ${table} GROUP BY ${columnList(constraint.columns)} HAVING count(*) > 1 LIMIT 10.`,
    ],
  };
}

/** Before 18 a NOT VALID key is refused on a partitioned table: validated keys of the partitions are taken over instead. */
function partitionedForeignKey(title: string, table: string, name: string, constraint: ConstraintDefinition, context: RecipeContext) {
  const body = constraintBody(constraint);
  const parts = context.catalog
    .leaves(table)
    .filter((leaf) => leaf !== table)
    .flatMap((leaf) => [
      addNotValid(leaf, name, body, `the foreign key ${name} of ${shown(leaf)}`),
      validate(leaf, name, `the foreign key ${name} of ${shown(leaf)}`),
    ]);
  const onParent = step({
    title: `Add it to ${shown(table)}, which takes over the keys of its partitions`,
    sql: [alter(table, `ADD CONSTRAINT ${quoteIdentifier(name)} ${body}`)],
    check: hasConstraint(table, name),
    back: [dropText(table, name)],
    backNote: 'The keys of the partitions go with it.',
  });
  return planned(title, [phase('enforce', title, [...parts, onParent])]);
}

function exclusion(title: string, sql: string, table: string, name: string) {
  const only = step({
    title: `${title}, which builds its index while everybody waits`,
    sql: [sql],
    check: hasConstraint(table, name),
    back: [dropText(table, name)],
  });
  return planned(title, [phase('enforce', title, [only])], {
    limits: [
      'PostgreSQL builds an exclusion constraint under ACCESS EXCLUSIVE and knows no way round: reads and writes wait for the build. On a large table take a window, or start with a table that is small.',
      'Rows that exclude each other make it fail; nothing is left then.',
    ],
    ways: [
      {
        name: 'window',
        summary: 'Build it at once, in a window',
        time: 'one index build under ACCESS EXCLUSIVE',
        disk: 'the index',
        deploys: 0,
        chosen: true,
      },
    ],
  });
}
