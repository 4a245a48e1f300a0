/** Locks outside a transaction are seen by probing, which a busy machine can make miss one: what is new or differs is looked at again. */
import type { TestServer } from '../support/servers.js';
import type { EffectsTable } from './effects-table.js';
import { measure } from './measure.js';
import type { Outcome } from './roles.js';
import type { RoleShape } from './types.js';

/**
 * Outcomes of all shapes on a server. Those that differ from the table of before, or are not in it, are measured twice, and a third
 * time when the two do not agree.
 *
 * @param before the table that is checked in
 * @throws when three measurements of a shape all differ
 */
export async function measureTwice(server: TestServer, shapes: readonly RoleShape[], before: EffectsTable): Promise<Map<string, Outcome>> {
  const outcomes = await measure(server, shapes);
  const doubtful = shapes.filter(({ id }) => outcomes.has(id) && !same(outcomes.get(id), outcomeBefore(before, id, server.major)));
  const second = await measure(server, doubtful);
  const disagreeing = doubtful.filter(({ id }) => !same(outcomes.get(id), second.get(id)));
  const third = await measure(server, disagreeing);
  for (const { id } of disagreeing) {
    const last = third.get(id);
    if (!last || !(same(last, outcomes.get(id)) || same(last, second.get(id))))
      throw new Error(`PostgreSQL ${server.major}, shape "${id}": three measurements, three answers; measure again on a quiet machine`);
    outcomes.set(id, last);
  }
  return outcomes;
}

function outcomeBefore(table: EffectsTable, id: string, major: number): Outcome | undefined {
  const found = table.effects[id]?.find(({ versions: [first, last] }) => major >= first && major <= last);
  if (!found) return undefined;
  const { versions: _, ...outcome } = found;
  return outcome;
}

const same = (a: Outcome | undefined, b: Outcome | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
