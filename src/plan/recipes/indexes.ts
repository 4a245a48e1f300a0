import type { IndexDefinition } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { indexName } from '../../sql/catalog/apply/naming.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import { bare, beside, freeName, type RecipeContext, shown } from '../context.js';
import { direct, type DraftStep, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { ChangeRecipe } from '../recipe.js';
import { hasIndex, lacksRelation } from '../sql/checks.js';
import { buildIndex, concurrently, dropIndexStep } from '../sql/index-steps.js';

/** An index, built while reads and writes go on; on a partitioned table partition by partition. */
export const createIndex: ChangeRecipe<'createIndex'> = ({ index }, sql, context) => {
  const name = index.name ?? indexName(context.catalog, index);
  const title = `Build the index ${name} on ${shown(index.table)}`;
  const relation = context.catalog.relation(index.table);
  if (relation === undefined && context.catalog.complete) return needsFirst(title, tableNeeded(shown(index.table)));
  const edit = {
    kind: 'addIndex',
    table: index.table,
    name,
    columns: index.keys.map((key) => key.column ?? '(expression)'),
    unique: index.unique,
  } as const;
  const limits = [
    'The build waits for transactions that are open when it starts; it holds nobody up meanwhile. When it fails, its first statement removes what it left.',
    ...(index.unique ? ['Two rows with the same value make the build fail: look for duplicates first.'] : []),
  ];
  if (relation?.kind === 'partitionedTable') {
    return planned(title, [phase('enforce', title, partitioned({ ...index, name }, context), { edits: [edit] })], { limits });
  }
  return planned(title, [phase('enforce', title, [buildIndex(index.table, name, concurrently(sql, name))], { edits: [edit] })], { limits });
};

const withoutSemicolon = (text: string): string => text.replace(/;$/, '');

/** Concurrently on each partition first; then the parent, which holds no rows, gets its index and takes the others over, in one moment. */
function partitioned(index: IndexDefinition & { name: string }, context: RecipeContext): DraftStep[] {
  const builds: DraftStep[] = [];
  const joins: string[] = [];
  join(index);
  const qualified = beside(index.table, index.name);
  const whole = step({
    title: `Make them one index ${index.name} on ${shown(index.table)}`,
    sql: joins,
    check: hasIndex(qualified),
    back: [`DROP INDEX IF EXISTS ${qualified}`],
    backNote: 'It takes the indexes of the partitions with it.',
  });
  return [...builds, whole];

  function join(own: IndexDefinition & { name: string }): void {
    joins.push(withoutSemicolon(createIndexText(own, { name: own.name, table: `ONLY ${own.table}`, concurrently: false })));
    const columns = own.keys.map((key) => key.column ?? 'expr');
    for (const child of context.catalog.relation(own.table)?.children ?? []) {
      const name = freeName(context, child, columns, 'idx');
      if (context.catalog.relation(child)?.kind === 'partitionedTable') join({ ...own, table: child, name });
      else builds.push(buildIndex(child, name, withoutSemicolon(createIndexText(own, { name, table: child, concurrently: true }))));
      joins.push(`ALTER INDEX ${beside(own.table, own.name)} ATTACH PARTITION ${beside(child, name)}`);
    }
  }
}

/** An index is taken away while traffic goes on; its definition is kept for the way back. */
export const dropIndex: ChangeRecipe<'dropIndex'> = (change, sql, context) => {
  const title = `Drop ${change.indexes.map(shown).join(', ')}`;
  const known = change.indexes.map((name) => context.catalog.indexes.get(name));
  if (known.some((index) => index === undefined) && !context.catalog.complete) {
    return needsFirst(title, {
      ...tableNeeded('the index'),
      why: 'Without its definition there is no way back, and it may back a constraint.',
    });
  }
  for (const index of known) {
    if (index?.constraint) {
      return refused(
        title,
        `${shown(index.name)} backs the constraint ${index.constraint}.`,
        `Plan dropConstraint for ${index.constraint} of ${shown(index.table)}.`,
      );
    }
    if (index?.parent)
      return refused(
        title,
        `${shown(index.name)} belongs to the index ${shown(index.parent)} of the partitioned table.`,
        `Drop ${shown(index.parent)}.`,
      );
  }
  const isParent = known.some((index) => index && context.catalog.relation(index.table)?.kind === 'partitionedTable');
  if (isParent) {
    return direct(
      title,
      step({ title, sql: [sql], check: lacksRelation(change.indexes[0] ?? ''), back: [], backNote: 'Build it again with its own plan.' }),
    );
  }
  const steps = change.indexes.map((name, at) => {
    const index = known[at];
    const definition = context.surroundings.definitions.get(`index ${name}`);
    const recreate =
      definition !== undefined
        ? concurrently(definition, bare(name))
        : index
          ? withoutSemicolon(createIndexText(index, { name: bare(name), concurrently: true }))
          : null;
    return dropIndexStep(name, recreate);
  });
  const uses = known.flatMap((index) => {
    const facts =
      index && context.facts?.tables[index.table]?.indexes.find((each) => each.name === index.name || each.name === bare(index.name));
    return facts && facts.scans > 0 ? [`${shown(index.name)} was read ${facts.scans} times since the statistics were reset.`] : [];
  });
  const edits = known.flatMap((index) => (index ? [{ kind: 'removeIndex', table: index.table, name: index.name } as const] : []));
  return planned(title, [phase('contract', title, steps, { edits })], { limits: uses });
};

export const renameIndex: ChangeRecipe<'renameIndex'> = (change, _sql, context) => {
  const title = `Rename the index ${shown(change.index)} to ${change.to}`;
  const renamed = beside(change.index, change.to);
  if (context.catalog.complete && !context.catalog.indexes.has(change.index)) return needsFirst(title, tableNeeded('the index'));
  return direct(
    title,
    step({
      title,
      // ALTER INDEX takes SHARE UPDATE EXCLUSIVE, ALTER TABLE on an index ACCESS EXCLUSIVE.
      sql: [`ALTER INDEX ${change.index} RENAME TO ${quoteIdentifier(change.to)}`],
      check: hasIndex(renamed),
      back: [`ALTER INDEX ${renamed} RENAME TO ${quoteIdentifier(bare(change.index))}`],
    }),
  );
};
