import type { Expression } from '../../../core/change.js';
import facts from './functions.generated.json' with { type: 'json' };

const volatile = new Set<string>(facts.volatile);
const stable = new Set<string>(facts.stable);
const immutable = new Set<string>(facts.immutable);
const mixed = new Set<string>(facts.mixed);

/**
 * Volatility of a built-in function, from the servers' own `pg_proc` (`npm run oracle`). Of overloads that differ, the worst.
 *
 * @param name as written; a name with a schema other than pg_catalog is never built in
 */
export function functionVolatility(name: string): Expression['volatility'] {
  if (volatile.has(name)) return 'volatile';
  if (stable.has(name)) return 'stable';
  return immutable.has(name) ? 'immutable' : 'unknown';
}

/** True when overloads of one name differ in volatility: then the arguments decide, and `functionVolatility` says the worst. */
export function isMixed(name: string): boolean {
  return mixed.has(name);
}

/** One overload of a built-in function: types of its arguments as `format_type` spells them. */
export interface Overload {
  arguments: readonly string[];
  volatility: Expression['volatility'];
}

const overloads = facts.overloads as unknown as Record<string, Overload[] | undefined>;

/** All overloads of a name that `isMixed`, of any version; of one that changed, the worst. Empty for every other name. */
export function overloadsOf(name: string): readonly Overload[] {
  return overloads[name] ?? [];
}
