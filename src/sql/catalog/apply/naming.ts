import type { ConstraintDefinition, IndexDefinition } from '../../../core/change.js';
import { splitName } from '../../../core/names.js';
import type { Catalog } from '../catalog.js';

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/**
 * Name that PostgreSQL chooses for a constraint or an index: `table_column_suffix`, cut to 63 bytes, numbered when taken.
 * Source: `makeObjectName` and `ChooseRelationName` of the server, checked by the oracle tests.
 *
 * @param taken tells whether a name is in use
 */
export function chooseName(table: string, columns: string, suffix: string, taken: (name: string) => boolean): string {
  for (let number = 0; ; number++) {
    const label = number === 0 ? suffix : `${suffix}${number}`;
    const name = makeName(table, columns, label);
    if (!taken(name)) return name;
  }
}

function makeName(first: string, second: string, label: string): string {
  const overhead = (second ? 1 : 0) + (label ? bytes(label) + 1 : 0);
  const available = 63 - overhead;
  let [left, right] = [bytes(first), bytes(second)];
  while (left + right > available) {
    if (left > right) left--;
    else right--;
  }
  return [cut(first, left), second ? cut(second, right) : null, label || null].filter((part) => part !== null).join('_');
}

function cut(text: string, length: number): string {
  if (bytes(text) <= length) return text;
  return Buffer.from(text, 'utf8')
    .subarray(0, length)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}

const bareName = (qualified: string): string => splitName(qualified).at(-1) ?? qualified;

/** Default name of a constraint on a table. */
export function constraintName(catalog: Catalog, table: string, constraint: ConstraintDefinition): string {
  const suffix = { primaryKey: 'pkey', unique: 'key', check: 'check', foreignKey: 'fkey', exclusion: 'excl', notNull: 'not_null' }[
    constraint.kind
  ];
  const relation = catalog.relation(table);
  const columns =
    constraint.kind === 'primaryKey'
      ? ''
      : constraint.kind === 'check'
        ? constraint.columns.length === 1
          ? constraint.columns[0]!
          : ''
        : constraint.columns.join('_');
  const schema = splitName(table)[0] ?? 'public';
  return chooseName(bareName(table), columns, suffix, (name) => relation?.constraints.has(name) || catalog.has(`${schema}.${name}`));
}

/** Default name of an index, unqualified. */
export function indexName(catalog: Catalog, index: IndexDefinition): string {
  const schema = splitName(index.table)[0] ?? 'public';
  const keys = [...index.keys.map((key) => key.column ?? key.expression?.functions.at(-1) ?? 'expr'), ...index.include];
  return chooseName(bareName(index.table), keys.join('_'), 'idx', (name) => catalog.has(`${schema}.${name}`));
}
