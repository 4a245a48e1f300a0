import { quoteIdentifier } from '../../core/names.js';
import { indexUses } from '../../sql/catalog/apply/columns.js';
import type { Constraint, Index } from '../../sql/catalog/types.js';
import { columnList, constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import { alter, alterColumn, bare, beside, freeName, literal, type RecipeContext, shown } from '../context.js';
import { concurrently } from '../sql/index-steps.js';
import { mentions, renameIn } from '../sql/rename-in.js';

/** What hangs on a column, as SQL for its successor. Names are bare. */
export interface Carried {
  /** Indexes and backing indexes of keys. */
  indexes: { name: string; fresh: string; create: string }[];
  /** Checks and foreign keys of the table itself: `before` as it is on the first column. */
  constraints: { name: string; fresh: string; body: string; before: string }[];
  swapIndexes: string[];
  indexesBack: string[];
  keysBack: string[];
  /** Indexes of the old column that stay until it is dropped, for the way back of the drop. */
  oldIndexes: string[];
  /** Default, sequence and identity, before and after the names change. */
  handOver: string[];
  afterRename: string[];
  beforeRenameBack: string[];
  handBack: string[];
  viewDrops: string[];
  recreate: string[];
  limits: string[];
  differences: string[];
}

/** Everything that hangs on a column, made ready for a column that takes its place. */
export function carriedOver(context: RecipeContext, table: string, column: string, fresh: string, old: string, type: string): Carried {
  const relation = context.catalog.relation(table)!;
  const taken = new Set<string>();
  const free = (name: string, suffix: string): string => {
    for (let number = 1; ; number += 1) {
      const candidate = `${name.slice(0, 55)}_${suffix}${number === 1 ? '' : number}`;
      if (taken.has(candidate) || context.catalog.has(beside(table, candidate)) || relation.constraints.has(candidate)) continue;
      taken.add(candidate);
      return candidate;
    }
  };
  const result: Carried = {
    indexes: [],
    constraints: [],
    swapIndexes: [],
    indexesBack: [],
    keysBack: [],
    oldIndexes: [],
    ...handOver(context, table, column, fresh, old, type),
    ...codeOf(context, table, column),
    limits: [],
    differences: [],
  };
  for (const constraint of relation.constraints.values()) {
    if (!constraint.columns.includes(column) && !constraint.include.includes(column)) continue;
    if (constraint.kind === 'primaryKey' || constraint.kind === 'unique')
      addKey(result, table, constraint, column, fresh, free(constraint.name, 'new'));
    else if (constraint.kind === 'check' || constraint.kind === 'foreignKey') {
      const copy = { ...constraint, columns: constraint.columns.map((each) => (each === column ? fresh : each)) };
      if (constraint.expression) copy.expression = { ...constraint.expression, sql: renameIn(constraint.expression.sql, column, fresh) };
      result.constraints.push({
        name: constraint.name,
        fresh: free(constraint.name, 'new'),
        body: constraintBody(copy),
        before: constraintBody(constraint),
      });
    }
  }
  for (const index of context.catalog.indexesOf(table)) {
    if (index.constraint === null && indexUses(index, column))
      addIndex(result, context, table, index, column, fresh, free(bare(index.name), 'new'), free(bare(index.name), 'old'), old);
  }
  for (const [name, publication] of context.catalog.publications) {
    if (publication.tables.has(table) || publication.allTables)
      result.limits.push(
        `The publication ${name} sends ${shown(table)}: subscribers need the second column too, and its column list must be looked at.`,
      );
  }
  for (const [name, on] of context.catalog.statistics) {
    if (on === table)
      result.limits.push(`The statistics object ${shown(name)} is dropped if it names ${column}: make it again afterwards.`);
  }
  if (['bigint', 'integer'].includes(type) && relation.columns.get(column)?.sequence && relation.columns.get(column)?.identity === null) {
    result.differences.push(`The sequence of ${column} becomes ${type} as well; the plain change would leave it at its old limit.`);
  }
  return result;
}

function addKey(result: Carried, table: string, constraint: Constraint, column: string, fresh: string, index: string): void {
  const renamed = (names: readonly string[]): string[] => names.map((name) => (name === column ? fresh : name));
  const include = constraint.include.length > 0 ? ` INCLUDE (${columnList(renamed(constraint.include))})` : '';
  const distinct = constraint.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const deferrable = constraint.deferrable ? ` DEFERRABLE${constraint.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const kind = constraint.kind === 'primaryKey' ? 'PRIMARY KEY' : 'UNIQUE';
  const label = quoteIdentifier(constraint.name);
  result.indexes.push({
    name: constraint.name,
    fresh: index,
    create: `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(index)} ON ${table} (${columnList(renamed(constraint.columns))})${include}${distinct}`,
  });
  result.swapIndexes.push(
    alter(table, `DROP CONSTRAINT ${label}`),
    alter(table, `ADD CONSTRAINT ${label} ${kind} USING INDEX ${quoteIdentifier(index)}${deferrable}`),
  );
  result.indexesBack.push(alter(table, `DROP CONSTRAINT ${label}`));
  const oldInclude = constraint.include.length > 0 ? ` INCLUDE (${columnList(constraint.include)})` : '';
  result.keysBack.push(
    alter(table, `ADD CONSTRAINT ${label} ${kind}${distinct} (${columnList(constraint.columns)})${oldInclude}${deferrable}`),
  );
}

function addIndex(
  result: Carried,
  context: RecipeContext,
  table: string,
  index: Index,
  column: string,
  fresh: string,
  freshName: string,
  oldName: string,
  old: string,
): void {
  const name = bare(index.name);
  const text = (
    context.surroundings.definitions.get(`index ${index.name}`) ?? createIndexText(index, { name, concurrently: false })
  ).replace(/;$/, '');
  const rename = (from: string, to: string): string => `ALTER INDEX ${beside(table, from)} RENAME TO ${quoteIdentifier(to)}`;
  // Only what stands behind the table's name is about columns.
  const onward = (sql: string, to: string): string => {
    const at = sql.search(/\bON\s/i);
    const body = sql.slice(at).search(/\(/) + at;
    return `${sql.slice(0, body)}${renameIn(sql.slice(body), column, to)}`;
  };
  result.indexes.push({ name, fresh: freshName, create: onward(concurrently(text, freshName), fresh) });
  result.swapIndexes.push(rename(name, oldName), rename(freshName, name));
  result.indexesBack.push(rename(name, freshName), rename(oldName, name));
  result.oldIndexes.push(onward(concurrently(text, oldName), old));
}

/** Default, serial or identity go over with the last number. */
function handOver(context: RecipeContext, table: string, column: string, fresh: string, old: string, type: string) {
  const found = context.catalog.column(table, column)!;
  const [handed, after, before, back]: [string[], string[], string[], string[]] = [[], [], [], []];
  const owned = (name: string): string => `pg_get_serial_sequence(${literal(table)}, ${literal(name)})`;
  if (found.identity !== null && found.sequence !== null) {
    const kind = found.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT';
    const own = beside(table, freeName(context, table, [fresh], 'seq'));
    handed.push(
      alterColumn(table, fresh, `ADD GENERATED ${kind} AS IDENTITY (SEQUENCE NAME ${own})`),
      `SELECT setval(${literal(own)}, last_value, is_called) FROM ${found.sequence}`,
      alterColumn(table, column, 'DROP IDENTITY'),
      `ALTER SEQUENCE ${own} RENAME TO ${quoteIdentifier(bare(found.sequence))}`,
    );
    const temporary = beside(table, freeName(context, table, [old], 'seq'));
    before.push(
      `CREATE SEQUENCE ${temporary}`,
      `SELECT setval(${literal(temporary)}, last_value, is_called) FROM ${found.sequence}`,
      alterColumn(table, column, 'DROP IDENTITY'),
    );
    back.push(
      alterColumn(table, column, `ADD GENERATED ${kind} AS IDENTITY (SEQUENCE NAME ${found.sequence})`),
      `SELECT setval(${owned(column)}, last_value, is_called) FROM ${temporary}`,
      `DROP SEQUENCE ${temporary}`,
    );
  } else if (found.default !== null) {
    handed.push(alterColumn(table, column, 'DROP DEFAULT'));
    const isInteger = ['smallint', 'integer', 'bigint'].includes(type);
    // A constant is read anew as the new type; the catalog has it with a cast to the old one.
    const value = found.default.literal === undefined ? found.default.sql : found.default.sql.replace(/::[\w .()"[\]]+$/, '');
    after.push(alterColumn(table, column, `SET DEFAULT ${value}`));
    before.push(alterColumn(table, column, 'DROP DEFAULT'));
    back.push(alterColumn(table, column, `SET DEFAULT ${found.default.sql}`));
    if (found.sequence !== null) {
      after.push(
        `ALTER SEQUENCE ${found.sequence} OWNED BY ${table}.${quoteIdentifier(column)}`,
        ...(isInteger ? [`ALTER SEQUENCE ${found.sequence} AS ${type}`] : []),
      );
      back.push(
        `ALTER SEQUENCE ${found.sequence} OWNED BY ${table}.${quoteIdentifier(column)}`,
        ...(isInteger ? [`ALTER SEQUENCE ${found.sequence} AS ${found.type}`] : []),
      );
    }
  }
  return { handOver: handed, afterRename: after, beforeRenameBack: before, handBack: back };
}

/** Views, triggers, policies, rights and comments that name the column. */
function codeOf(context: RecipeContext, table: string, column: string): { viewDrops: string[]; recreate: string[] } {
  const { definitions, comments, grants } = context.surroundings;
  const views = [...new Set(context.catalog.viewsOn(table, column).flatMap((view) => [view, ...context.catalog.viewsBelow(view)]))];
  const plain = (sql: string): string => sql.trim().replace(/(\s*;)+$/, '');
  const relation = context.catalog.relation(table)!;
  const drops = [...views].reverse().map((view) => `DROP VIEW ${view}`);
  const recreate: string[] = [];
  for (const name of relation.triggers.keys()) {
    const sql = definitions.get(`trigger ${table}.${name}`) ?? '';
    const head = sql.slice(0, sql.search(/\bexecute\b/i));
    if (/\bupdate\s+of\b|\bwhen\s*\(/i.test(head) && mentions(head, column))
      recreate.push(`DROP TRIGGER IF EXISTS ${quoteIdentifier(name)} ON ${table}`, plain(sql));
  }
  for (const name of relation.policies) {
    const sql = definitions.get(`policy ${table}.${name}`) ?? '';
    const on = sql.search(/\b(using|with\s+check)\s*\(/i);
    if (on >= 0 && mentions(sql.slice(on), column)) recreate.push(`DROP POLICY IF EXISTS ${quoteIdentifier(name)} ON ${table}`, plain(sql));
  }
  const comment = comments.get(`column ${table}.${column}`);
  if (comment !== undefined) recreate.push(plain(comment));
  for (const grant of grants.get(table) ?? []) if (/\(/.test(grant) && mentions(grant, column)) recreate.push(plain(grant));
  for (const view of views) {
    recreate.push(plain(definitions.get(`view ${view}`) ?? ''), ...(grants.get(view) ?? []).map(plain));
    const remark = comments.get(`relation ${view}`);
    if (remark !== undefined) recreate.push(plain(remark));
  }
  return { viewDrops: drops, recreate };
}

/** NOT NULL of the second column before the swap, and what makes it final. */
export function notNullCopy(context: RecipeContext, table: string, column: string, fresh: string) {
  const name = freeName(context, table, [fresh], 'not_null');
  const label = quoteIdentifier(name);
  const quoted = quoteIdentifier(fresh);
  const final = [...(context.catalog.relation(table)?.constraints.values() ?? [])].find(
    (each) => each.kind === 'notNull' && each.columns[0] === column,
  )?.name;
  if (context.version >= 18) {
    const target = final ?? freeName(context, table, [column], 'not_null');
    return {
      name,
      body: `NOT NULL ${quoted}`,
      settle: [] as string[],
      rename: [alter(table, `RENAME CONSTRAINT ${label} TO ${quoteIdentifier(target)}`)],
      restore: [alter(table, `ADD CONSTRAINT ${quoteIdentifier(target)} NOT NULL ${quoteIdentifier(column)}`)],
    };
  }
  return {
    name,
    body: `CHECK (${quoted} IS NOT NULL)`,
    settle: [alterColumn(table, fresh, 'SET NOT NULL'), alter(table, `DROP CONSTRAINT ${label}`)],
    rename: [] as string[],
    restore: [alterColumn(table, column, 'SET NOT NULL')],
  };
}

/** Foreign keys of other tables on the column, pointed at the second one. */
export function incomingKeys(context: RecipeContext, table: string, column: string, fresh: string) {
  return context.catalog
    .foreignKeysTo(table)
    .filter(({ constraint }) => constraint.references?.columns.includes(column))
    .map(({ table: holder, constraint }) => {
      const references = constraint.references!;
      const copy = {
        ...constraint,
        references: { ...references, columns: references.columns.map((each) => (each === column ? fresh : each)) },
      };
      return { table: holder, name: constraint.name, fresh: `${constraint.name.slice(0, 55)}_new`, body: constraintBody(copy), constraint };
    });
}
