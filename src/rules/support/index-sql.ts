import type { ConstraintDefinition, IndexDefinition } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';
import { constraintLabel } from './constraint-sql.js';
import { createIndexText } from '../../sql/postgres/write/index-text.js';
import { besides, freeName } from './names.js';
import { withoutSemicolon } from './statement-text.js';

const columnsOf = (index: IndexDefinition): string[] => index.keys.map((key) => key.column ?? 'expr');

/**
 * Builds an index while reads and writes go on. On a partitioned table: on the parent alone, then concurrently on each
 * partition, then attached, since CONCURRENTLY is refused there.
 */
export function indexBuiltOnline(context: RuleContext, index: IndexDefinition): string[] {
  const name = index.name ?? freeName(context, index.table, columnsOf(index), 'idx');
  return buildOn(context, { ...index, name }, index.table, name);
}

function buildOn(context: RuleContext, index: IndexDefinition, table: string, name: string): string[] {
  const relation = context.relation(table);
  if (relation?.kind !== 'partitionedTable') return [withoutSemicolon(createIndexText(index, { name, table, concurrently: true }))];
  const children = [...relation.children].flatMap((child) => {
    const childName = freeName(context, child, columnsOf(index), 'idx');
    return [
      ...buildOn(context, index, child, childName),
      `ALTER INDEX ${besides(table, name)} ATTACH PARTITION ${besides(child, childName)}`,
    ];
  });
  return [withoutSemicolon(createIndexText(index, { name, table: `ONLY ${table}`, concurrently: false })), ...children];
}

/** The index that backs a unique or primary key. */
export function backingIndex(
  table: string,
  columns: readonly string[],
  name: string,
  constraint: Pick<ConstraintDefinition, 'include' | 'nullsNotDistinct'>,
): IndexDefinition {
  const keys = columns.map((column) => ({ column, expression: null, descending: false, operatorClass: null, collation: null }));
  return {
    name,
    table,
    unique: true,
    method: 'btree',
    keys,
    include: constraint.include,
    predicate: null,
    nullsNotDistinct: constraint.nullsNotDistinct,
  };
}

/** A unique or primary key whose index is built while reads and writes go on. On a partitioned table the unique index has to do. */
export function keyBuiltOnline(context: RuleContext, table: string, constraint: ConstraintDefinition): string[] {
  const label = constraintLabel(context, table, constraint);
  const indexName = freeName(context, table, constraint.columns, 'idx');
  const build = indexBuiltOnline(context, backingIndex(table, constraint.columns, indexName, constraint));
  if (context.relation(table)?.kind === 'partitionedTable') return build;
  const deferrable = constraint.deferrable ? ` DEFERRABLE${constraint.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}` : '';
  const kind = constraint.kind === 'primaryKey' ? 'PRIMARY KEY' : 'UNIQUE';
  return [...build, `ALTER TABLE ${table} ADD CONSTRAINT ${label} ${kind} USING INDEX ${quoteIdentifier(indexName)}${deferrable}`];
}

/** CREATE INDEX as written, but concurrently and without IF NOT EXISTS, which would keep the invalid index of a failed build. */
export function writtenConcurrently(context: RuleContext, index: IndexDefinition): string[] {
  const own = withoutSemicolon(context.statement.sql);
  const head = /^CREATE\s+(UNIQUE\s+)?INDEX\s+(CONCURRENTLY\s+)?(IF\s+NOT\s+EXISTS\s+)?/i;
  return head.test(own)
    ? [own.replace(head, (_all, unique: string | undefined) => `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY `)]
    : indexBuiltOnline(context, index);
}
