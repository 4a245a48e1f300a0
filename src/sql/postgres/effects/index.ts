import type { Change } from '../../../core/change.js';
import type { ChangeEffects } from '../../analysis.js';
import type { Catalog } from '../../catalog/catalog.js';
import { columnHandlers } from './columns.js';
import { constraintHandlers } from './constraints.js';
import type { EffectsHandlers } from './handler.js';
import { indexHandlers } from './indexes.js';
import { otherHandlers } from './others.js';
import { partitionHandlers } from './partitions.js';
import { rowHandlers } from './rows.js';
import { tableHandlers } from './tables.js';
import { combine, type EffectsEnvironment, noEffects, type Use } from './use.js';

const handlers: EffectsHandlers = {
  ...columnHandlers,
  ...constraintHandlers,
  ...indexHandlers,
  ...tableHandlers,
  ...partitionHandlers,
  ...otherHandlers,
  ...rowHandlers,
};

/**
 * What one change does to a running database, from measured facts and the schema before it.
 *
 * @param siblings all changes of the same statement
 * @returns null when nothing was ever measured that would say
 */
export function effectsOf(
  change: Change,
  siblings: readonly Change[],
  catalog: Catalog,
  version: number,
  timeZone: string | null,
): ChangeEffects | null {
  const handler = handlers[change.kind] as ((change: Change, environment: EffectsEnvironment) => Use[] | null) | undefined;
  if (!handler) return null;
  const needs: string[] = [];
  let failure: { code: string; message: string } | null = null;
  const uses = handler(change, {
    catalog,
    version,
    timeZone,
    siblings,
    need: (fact) => {
      if (!needs.includes(fact)) needs.push(fact);
    },
    fail: (code, message) => {
      failure ??= { code, message };
    },
  });
  if (!uses) return null;
  const effects = uses.length === 0 ? noEffects() : combine(uses, catalog, version);
  effects.error = failure ?? effects.error;
  effects.needs = needs;
  return effects;
}
