import type { IndexDefinition } from '../../../core/change.js';
import { quoteIdentifier } from '../../../core/names.js';

/** CREATE INDEX of a definition under another name or on another table. */
export function createIndexText(index: IndexDefinition, options: { name: string; table?: string; concurrently: boolean }): string {
  const keys = index.keys.map((key) => {
    const value = key.column === null ? `(${key.expression?.sql ?? ''})` : quoteIdentifier(key.column);
    return `${value}${key.collation ? ` COLLATE ${key.collation}` : ''}${key.operatorClass ? ` ${key.operatorClass}` : ''}${key.descending ? ' DESC' : ''}`;
  });
  const method = index.method && index.method !== 'btree' ? ` USING ${index.method}` : '';
  const include = index.include.length > 0 ? ` INCLUDE (${index.include.map(quoteIdentifier).join(', ')})` : '';
  const distinct = index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
  const predicate = index.predicate ? ` WHERE ${index.predicate.sql}` : '';
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${options.concurrently ? 'CONCURRENTLY ' : ''}${quoteIdentifier(options.name)} ON ${options.table ?? index.table}${method} (${keys.join(', ')})${include}${distinct}${predicate};`;
}

/** One key of an index as text, to compare indexes by. */
export function keyText(key: IndexDefinition['keys'][number]): string {
  return `${key.column ?? key.expression?.sql ?? ''}/${key.descending}/${key.operatorClass ?? ''}/${key.collation ?? ''}`;
}
