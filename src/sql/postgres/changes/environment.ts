import { qualify } from '../../../core/names.js';
import type { Expression } from '../../../core/change.js';
import type { Catalog } from '../../catalog/catalog.js';
import { readExpression } from '../expression.js';
import { type Node, texts } from '../node.js';
import { spellType } from '../type-name.js';

/** What reading a statement needs to know around it. */
export interface Environment {
  /** Name of a relation that should exist: looked up along the search path. */
  existing(rangeVar: Node): string;
  /** Name of a relation that the statement makes. */
  created(rangeVar: Node): string;
  /** The same for names given as lists of strings (types, functions, dropped objects). */
  named(names: Node[]): string;
  type(typeName: Node): string;
  expression(node: Node): Expression;
}

/** Builds the environment of one statement. `searchPath` is never empty; its first schema takes new objects; `made` are names made earlier in the unit. */
export function environmentOf(
  catalog: Catalog,
  searchPath: readonly string[],
  sql: string,
  locate: (byte: number) => number,
  made: ReadonlySet<string> = new Set(),
): Environment {
  const find = (schema: string | undefined, name: string): string => {
    if (schema) return qualify(schema, name);
    for (const candidate of ['pg_temp', ...searchPath]) {
      const qualified = qualify(candidate, name);
      if (catalog.has(qualified) || made.has(qualified)) return qualified;
    }
    return qualify(searchPath[0] ?? 'public', name);
  };
  const named = (names: Node[]): string => {
    const parts = texts(names);
    return find(parts.length > 1 ? parts.at(-2) : undefined, parts.at(-1) ?? '');
  };
  return {
    existing: (rangeVar) => find(rangeVar?.schemaname, rangeVar?.relname ?? ''),
    created: (rangeVar) => {
      const schema = rangeVar?.relpersistence === 't' ? 'pg_temp' : (rangeVar?.schemaname ?? searchPath[0] ?? 'public');
      return qualify(schema, rangeVar?.relname ?? '');
    },
    named,
    type: (typeName) =>
      spellType(typeName, (schema, name) => {
        const qualified = find(schema, name);
        return catalog.types.has(qualified) || catalog.relations.has(qualified) || made.has(qualified) ? qualified : null;
      }),
    expression: (node) => readExpression(node, sql, locate),
  };
}
