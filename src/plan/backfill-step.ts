import type { BackfillSpec } from '../core/plan.js';
import { backfillBlock, backfillSpec } from './backfill.js';
import { primaryKeyOf, type RecipeContext, shown } from './context.js';
import { alone, type DraftStep } from './draft.js';
import { noRow } from './sql/checks.js';

/** Fills old rows range by range of the primary key, outside the migration's lock. */
export function backfillStep(
  context: RecipeContext,
  input: {
    table: string;
    title: string;
    assignment: string;
    where: string;
    back?: string[];
    backNote?: string;
    works?: 'both' | 'old' | 'new';
  },
): DraftStep {
  const spec = backfillSpec({
    table: input.table,
    assignment: input.assignment,
    where: input.where,
    key: primaryKeyOf(context.catalog.relation(input.table)),
  });
  return {
    ...alone({
      title: input.title,
      sql: [backfillBlock(spec)],
      check: noRow(input.table, input.where),
      back: input.back ?? [],
      backNote: input.backNote ?? 'Nothing to take back: the values are only read once the next phases are there.',
      works: input.works ?? 'both',
    }),
    backfill: spec,
  };
}

/** Triggers of the table that fire for each row that a backfill changes: their authors did not think of it. */
export function firingTriggers(context: RecipeContext, table: string): string[] {
  const triggers = [...(context.catalog.relation(table)?.triggers ?? [])];
  const firing = triggers.filter(([, trigger]) => trigger.enabled && trigger.events.some((event) => /update/i.test(event)));
  if (firing.length === 0) return [];
  return [
    `The backfill fires ${firing.map(([name]) => name).join(', ')} of ${shown(table)} for each row it changes; make sure that they may.`,
  ];
}

/** A backfill as the whole step, from its own description. */
export function stepOfSpec(spec: BackfillSpec, title: string, backNote: string, destructive = false): DraftStep {
  return {
    ...alone({ title, sql: [backfillBlock(spec)], check: noRow(spec.table, spec.where), back: [], backNote, destructive }),
    backfill: spec,
  };
}
