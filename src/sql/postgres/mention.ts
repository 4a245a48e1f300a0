import { splitName } from '../../core/names.js';
import type { AnalysisUnit } from '../analysis.js';

const folded = new WeakMap<AnalysisUnit, string>();

/**
 * False when no statement of the unit can name the relation: its own name stands nowhere in the text, in any case of letters.
 * Names with quotes or letters beyond ASCII, and texts with `U&""` names, always may.
 *
 * @param name qualified name of a relation
 */
export function mayMention(unit: AnalysisUnit, name: string): boolean {
  const own = splitName(name).at(-1) ?? name;
  if (!/^[\w$ -]+$/.test(own)) return true;
  let text = folded.get(unit);
  if (text === undefined) {
    text = unit.sql.toLowerCase();
    folded.set(unit, text);
  }
  return text.includes(own.toLowerCase()) || text.includes('u&"');
}
