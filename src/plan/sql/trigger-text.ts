import { quoteIdentifier } from '../../core/names.js';
import { bare, beside, freeName, type RecipeContext } from '../context.js';

/** A trigger and its function as SQL, both ways. */
export interface TriggerText {
  name: string;
  create: string[];
  drop: string[];
}

/**
 * A trigger that runs a body before each row is written. Its name sorts behind others, so that it sees what they did.
 *
 * @param body PL/pgSQL statements that set fields of NEW
 */
export function rowTrigger(table: string, name: string, body: string): TriggerText {
  const routine = beside(table, name);
  const label = quoteIdentifier(name);
  return {
    name,
    create: [
      `CREATE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql AS $keep$\nBEGIN\n${body}\n  RETURN NEW;\nEND\n$keep$`,
      `CREATE TRIGGER ${label} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${routine}()`,
    ],
    drop: [`DROP TRIGGER IF EXISTS ${label} ON ${table}`, `DROP FUNCTION IF EXISTS ${routine}()`],
  };
}

/** A free name for a trigger of ours: it sorts behind ordinary ones. */
export function triggerName(context: RecipeContext, table: string, column: string, what: string): string {
  const plain = freeName(context, table, [column], what);
  return `zz_${plain}`.slice(0, 63);
}

/** A trigger that computes one column from the others of the row. */
export function filledByTrigger(context: RecipeContext, table: string, column: string, value: string): TriggerText {
  const name = triggerName(context, table, column, 'fill');
  const alias = quoteIdentifier(bare(table));
  return rowTrigger(table, name, `  NEW.${quoteIdentifier(column)} := (SELECT ${value} FROM (SELECT NEW.*) AS ${alias});`);
}
