import type { RuleContext } from '../rule.js';
import { bareName } from './statement-text.js';

/** Columns that draw their values from the sequence: that own it, or name it in their default. */
export function columnsFedBy(context: RuleContext, sequence: string): { table: string; column: string; hasDefault: boolean }[] {
  const found: { table: string; column: string; hasDefault: boolean }[] = [];
  for (const relation of context.catalog.relations.values()) {
    for (const column of relation.columns.values()) {
      const named = /nextval\(\s*'([^']+)'/i.exec(column.default?.sql ?? '')?.[1];
      const isNamed = named !== undefined && bareName(named) === bareName(sequence) && (!named.includes('.') || named === sequence);
      if (column.sequence === sequence || isNamed)
        found.push({ table: relation.name, column: column.name, hasDefault: column.identity === null });
    }
  }
  return found;
}
