import type { Expression, OverloadedCall } from '../../../core/change.js';
import type { Catalog } from '../../catalog/catalog.js';
import { functionVolatility, isMixed, overloadsOf } from '../facts/functions.js';

/**
 * A function of the expression that the server will not have in an index, since it is not immutable.
 *
 * @param table whose columns the expression reads
 * @returns its name; null when all are immutable, or when the types of the arguments are not known
 */
export function mutableCall(expression: Expression, table: string, catalog: Catalog): string | null {
  const plain = expression.functions.find((name) => !isMixed(name) && functionVolatility(name) !== 'immutable' && !isUnknown(name));
  if (plain !== undefined) return plain;
  return expression.overloadedCalls?.find((call) => isMutable(call, table, catalog))?.function ?? null;
}

const isUnknown = (name: string): boolean => functionVolatility(name) === 'unknown';

/** True when every overload that the call may mean is mutable. */
function isMutable(call: OverloadedCall, table: string, catalog: Catalog): boolean {
  const types = call.arguments.map((argument) => {
    if (argument === null) return null;
    const type = 'type' in argument ? argument.type : catalog.column(table, argument.column)?.type;
    return type === undefined ? null : withoutModifier(type);
  });
  const sameCount = overloadsOf(call.function).filter((overload) => overload.arguments.length === types.length);
  const exact = sameCount.filter((overload) => overload.arguments.every((wanted, at) => types[at] === null || types[at] === wanted));
  const possible =
    exact.length > 0 ? exact : sameCount.filter((overload) => overload.arguments.every((wanted, at) => takes(wanted, types[at] ?? null)));
  return possible.length > 0 && possible.every((overload) => overload.volatility !== 'immutable');
}

const withoutModifier = (type: string): string => type.replace(/\(\d+(,\d+)?\)/, '');

/** Casts that the server makes by itself here: texts among themselves, and a date to the preferred type of its family. */
function takes(wanted: string, given: string | null): boolean {
  if (given === null || given === wanted) return true;
  if (given === 'date') return wanted === 'timestamp with time zone';
  return wanted === 'text' && /^(character varying|character|name)$/.test(given);
}
