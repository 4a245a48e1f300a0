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
