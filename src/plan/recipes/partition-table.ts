import { quoteIdentifier } from '../../core/names.js';
import type { PlanChangeOf } from '../../core/plan-change.js';
import type { Relation } from '../../sql/catalog/types.js';
import { columnList, constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import {
  alter,
  alterColumn,
  bare,
  beside,
  columnOf,
  freeName,
  literal,
  primaryKeyOf,
  type RecipeContext,
  shown,
  tableOf,
} from '../context.js';
import { deploy, type Draft, needsFirst, phase, planned, refused, step, tableNeeded } from '../draft.js';
import type { IntentRecipe } from '../recipe.js';
import { isPartition } from '../sql/checks.js';
import { addNotValid, validate } from '../sql/constraint-steps.js';
import { buildIndex } from '../sql/index-steps.js';

/** The table as it is becomes the first partition of a new one under its name, in one moment: no row is copied. */
export const partitionTable: IntentRecipe<'partitionTable'> = (change, context) => {
  const { table, column } = change;
  const title = `Partition ${shown(table)} by ${change.strategy} of ${column}`;
  const relation = tableOf(context, table);
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  columnOf(context, table, column);
  const stop = obstacle(title, change, relation, context);
  if (stop !== null) return stop;
  const present = beside(table, `${bare(table).slice(0, 50)}_present`);
  const condition = boundCondition(change.present, column);
  const checkName = freeName(context, table, [column], 'present');
  const key = primaryKeyOf(relation);
  const wider = key.length > 0 && !key.includes(column) ? [...key, column] : key;
  const index = freeName(context, table, wider, 'idx');
  const steps = [
    addNotValid(table, checkName, `CHECK (${condition})`, `the rule that all rows are within ${change.present}`),
    validate(table, checkName, 'that rule'),
    ...(wider.length > 0
      ? [buildIndex(table, index, `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(index)} ON ${table} (${columnList(wider)})`)]
      : []),
  ];
  const swap = swapStep({ change, context, relation, present, checkName, wider, index, condition });
  return planned(
    title,
    [
      phase('enforce', 'What the first partition must prove, while traffic goes on', steps),
      deploy(
        'Code that can live with partitions',
        `${wider === key ? 'Nothing changes for the code, but new rows' : `The key becomes ${wider.join(', ')}: no ON CONFLICT (${key.join(', ')}) and no foreign key on ${key.join(', ')} alone. New rows`} outside all partitions are refused: a job makes partitions ahead of time.`,
      ),
      phase('switch', title, [swap]),
    ],
    {
      limits: [
        `Until the switch, rows outside ${change.present} are refused.`,
        ...(wider === key ? [] : [`${key.join(', ')} alone is no longer unique by itself; a sequence keeps it so in practice.`]),
      ],
      differences: [`The rows that are there live in the partition ${shown(present)}.`],
    },
  );
};

function obstacle(title: string, change: PlanChangeOf<'partitionTable'>, relation: Relation, context: RecipeContext): Draft | null {
  const { table, column } = change;
  if (relation.kind !== 'table' || relation.children.size > 0 || relation.partitionOf !== null)
    return refused(title, `${shown(table)} is no plain table.`, 'Plan it for a plain table.');
  const incoming = context.catalog.foreignKeysTo(table);
  if (incoming.length > 0)
    return refused(
      title,
      `${incoming.map((each) => `${each.constraint.name} of ${shown(each.table)}`).join(', ')} refers to a key that a partitioned table cannot have without ${column}.`,
      'Drop those foreign keys first, or partition by a column of the key.',
    );
  if (relation.columns.get(column)?.notNull !== true)
    return refused(title, `${column} may be NULL: such rows belong to no partition.`, 'Plan setNotNull first.');
  const unique = [...relation.constraints.values()].filter(
    (each) => ['unique', 'exclusion'].includes(each.kind) && !each.columns.includes(column),
  );
  const uniqueIndexes = context.catalog
    .indexesOf(table)
    .filter((each) => each.constraint === null && each.unique && !each.keys.some((one) => one.column === column));
  if (unique.length + uniqueIndexes.length > 0)
    return refused(
      title,
      `${[...unique.map((each) => each.name), ...uniqueIndexes.map((each) => shown(each.name))].join(', ')} must hold ${column} on a partitioned table.`,
      'Decide how that rule is kept over partitions, and drop it first.',
    );
  const lacking = [
    ...context.catalog.viewsOn(table).map((view) => `view ${view}`),
    ...[...relation.triggers.keys()].map((name) => `trigger ${table}.${name}`),
    ...[...relation.policies].map((name) => `policy ${table}.${name}`),
  ].filter((name) => !context.surroundings.definitions.has(name));
  if (lacking.length === 0) return null;
  return needsFirst(title, {
    what: `the definitions of ${lacking.join(', ')}`,
    why: 'They hang on the table and must come over to the partitioned one.',
    how: 'Name the variable with the address of the database (it is only read).',
  });
}

interface Swap {
  change: PlanChangeOf<'partitionTable'>;
  context: RecipeContext;
  relation: Relation;
  present: string;
  checkName: string;
  wider: string[];
  index: string;
  condition: string;
}

function swapStep({ change, context, relation, present, checkName, wider, index, condition }: Swap) {
  const { table, column } = change;
  const plain = (sql: string): string => sql.trim().replace(/(\s*;)+$/, '');
  const key = [...relation.constraints.values()].find((each) => each.kind === 'primaryKey');
  const label = (name: string): string => quoteIdentifier(name);
  const presentKey = freeName(context, present, [], 'pkey');
  const others = [...relation.constraints.values()].filter((each) => each.kind === 'check' || each.kind === 'foreignKey');
  const indexes = context.catalog.indexesOf(table).filter((each) => each.constraint === null);
  const indexNames = indexes.map((each) => ({ each, name: bare(each.name), kept: `${bare(each.name).slice(0, 54)}_present` }));
  const fed = [...relation.columns.values()].filter((each) => each.sequence !== null && each.identity === null);
  const identities = [...relation.columns.values()].filter((each) => each.identity !== null && each.sequence !== null);
  const views = [...new Set(context.catalog.viewsOn(table).flatMap((view) => [view, ...context.catalog.viewsBelow(view)]))];
  const { definitions, grants } = context.surroundings;
  const viewDrops = [...views].reverse().map((view) => `DROP VIEW ${view}`);
  const viewTexts = views.flatMap((view) => [plain(definitions.get(`view ${view}`) ?? ''), ...(grants.get(view) ?? []).map(plain)]);
  const triggers = [...relation.triggers.keys()].map((name) => ({ name, sql: plain(definitions.get(`trigger ${table}.${name}`) ?? '') }));
  const policies = [...relation.policies].map((name) => plain(definitions.get(`policy ${table}.${name}`) ?? ''));
  const numbers = identities.map((each) => ({
    each,
    kind: each.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT',
    own: beside(table, freeName(context, table, [each.name, 'parent'], 'seq')),
  }));
  const security = relation.rowSecurity ? [alter(table, 'ENABLE ROW LEVEL SECURITY')] : [];
  return step({
    title: `${shown(table)} is partitioned, its rows in ${shown(present)}`,
    sql: [
      ...viewDrops,
      ...triggers.map(({ name }) => `DROP TRIGGER ${label(name)} ON ${table}`),
      alter(table, `RENAME TO ${label(bare(present))}`),
      ...indexNames.map(({ name, kept }) => `ALTER INDEX ${beside(table, name)} RENAME TO ${label(kept)}`),
      ...(key
        ? [
            alter(present, `DROP CONSTRAINT ${label(key.name)}`),
            alter(present, `ADD CONSTRAINT ${label(presentKey)} PRIMARY KEY USING INDEX ${label(index)}`),
          ]
        : []),
      `CREATE TABLE ${table} (LIKE ${present} INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMMENTS) PARTITION BY ${change.strategy.toUpperCase()} (${quoteIdentifier(column)})`,
      ...(key ? [alter(table, `ADD CONSTRAINT ${label(key.name)} PRIMARY KEY (${columnList(wider)})`)] : []),
      ...others.map((each) => alter(table, `ADD CONSTRAINT ${label(each.name)} ${constraintBody(each)}`)),
      ...indexNames.map(({ each, name }) => createIndexText(each, { name, table, concurrently: false }).replace(/;$/, '')),
      ...numbers.flatMap(({ each, kind, own }) => [
        alterColumn(table, each.name, `ADD GENERATED ${kind} AS IDENTITY (SEQUENCE NAME ${own})`),
        `SELECT setval(${literal(own)}, last_value, is_called) FROM ${each.sequence}`,
        alterColumn(present, each.name, 'DROP IDENTITY'),
        `ALTER SEQUENCE ${own} RENAME TO ${label(bare(each.sequence ?? ''))}`,
      ]),
      alter(table, `ATTACH PARTITION ${present} ${forValues(change.present)}`),
      alter(present, `DROP CONSTRAINT ${label(checkName)}`),
      ...change.partitions.map(
        (each) =>
          `CREATE TABLE ${each.name.includes('.') ? each.name : beside(table, each.name)} PARTITION OF ${table} ${forValues(each.bound)}`,
      ),
      ...fed.map((each) => `ALTER SEQUENCE ${each.sequence} OWNED BY ${table}.${label(each.name)}`),
      ...triggers.map(({ sql }) => sql),
      ...security,
      ...policies,
      ...(grants.get(table) ?? []).map(plain),
      ...viewTexts,
    ],
    check: isPartition(present),
    back: [
      ...viewDrops,
      ...fed.map((each) => `ALTER SEQUENCE ${each.sequence} OWNED BY ${present}.${label(each.name)}`),
      alter(table, `DETACH PARTITION ${present}`),
      `INSERT INTO ${present} ${identities.length > 0 ? 'OVERRIDING SYSTEM VALUE ' : ''}SELECT * FROM ${table}`,
      ...numbers.flatMap(({ each, own }) => [
        `CREATE SEQUENCE ${own}`,
        `SELECT setval(${literal(own)}, last_value, is_called) FROM ${each.sequence}`,
      ]),
      `DROP TABLE ${table}`,
      ...numbers.flatMap(({ each, kind, own }) => [
        ...(context.version >= 17 ? [alterColumn(present, each.name, 'DROP IDENTITY IF EXISTS')] : []),
        alterColumn(present, each.name, `ADD GENERATED ${kind} AS IDENTITY (SEQUENCE NAME ${each.sequence})`),
        `SELECT setval(${literal(each.sequence ?? '')}, last_value, is_called) FROM ${own}`,
        `DROP SEQUENCE ${own}`,
      ]),
      ...(key ? [alter(present, `DROP CONSTRAINT ${label(presentKey)}`)] : []),
      ...indexNames.map(({ name, kept }) => `ALTER INDEX ${beside(table, kept)} RENAME TO ${label(name)}`),
      alter(present, `RENAME TO ${label(bare(table))}`),
      ...(key ? [alter(table, `ADD CONSTRAINT ${label(key.name)} PRIMARY KEY (${columnList(key.columns)})`)] : []),
      alter(table, `ADD CONSTRAINT ${label(checkName)} CHECK (${condition}) NOT VALID`),
      ...triggers.map(({ sql }) => sql),
      ...viewTexts,
    ],
    backNote: 'Rows of the other partitions are copied back and the key is built anew, under the lock.',
    works: 'new',
  });
}

/** `FOR VALUES …` or `DEFAULT`, however the bound was written. */
function forValues(bound: string): string {
  const text = bound.trim();
  return /^(for\s+values|default)\b/i.test(text) ? text : `FOR VALUES ${text}`;
}

/** The condition that a partition's bound stands for. */
function boundCondition(bound: string, column: string): string {
  const quoted = quoteIdentifier(column);
  const text = bound.trim().replace(/^for\s+values\s+/i, '');
  const range = /^from\s*\(([\s\S]+?)\)\s*to\s*\(([\s\S]+)\)$/i.exec(text);
  if (range) {
    const parts = [
      /^minvalue$/i.test(range[1]?.trim() ?? '') ? null : `${quoted} >= ${range[1]?.trim()}`,
      /^maxvalue$/i.test(range[2]?.trim() ?? '') ? null : `${quoted} < ${range[2]?.trim()}`,
    ];
    return [`${quoted} IS NOT NULL`, ...parts.filter((part) => part !== null)].join(' AND ');
  }
  return /^in\b/i.test(text) ? `${quoted} ${text}` : `${quoted} IS NOT NULL`;
}
