import { z } from 'zod';
import { LockkeeperError } from '../core/errors.js';
import type { PlanChange } from '../core/plan-change.js';

const name = z.string().min(1).max(300);
const sql = z.string().min(1).max(10_000);
const columns = z.array(name).min(1).max(32);
const onTable = { table: name };
const onColumn = { table: name, column: name };

/** An intent as it comes from outside. */
export const planChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('addColumn'),
    ...onColumn,
    type: sql,
    notNull: z.boolean().optional(),
    default: sql.optional(),
    generated: sql.optional(),
    stored: z.boolean().optional(),
    identity: z.enum(['always', 'byDefault']).optional(),
  }),
  z.strictObject({ kind: z.literal('dropColumn'), ...onColumn }),
  z.strictObject({ kind: z.literal('renameColumn'), ...onColumn, to: name }),
  z.strictObject({ kind: z.literal('changeType'), ...onColumn, type: sql, using: sql.optional(), back: sql.optional() }),
  z.strictObject({ kind: z.literal('setNotNull'), ...onColumn, fill: sql.optional() }),
  z.strictObject({ kind: z.literal('dropNotNull'), ...onColumn }),
  z.strictObject({ kind: z.literal('setDefault'), ...onColumn, default: sql }),
  z.strictObject({ kind: z.literal('dropDefault'), ...onColumn }),
  z.strictObject({
    kind: z.literal('addIndex'),
    ...onTable,
    columns,
    unique: z.boolean().optional(),
    method: name.optional(),
    where: sql.optional(),
    include: columns.optional(),
    name: name.optional(),
  }),
  z.strictObject({ kind: z.literal('dropIndex'), index: name }),
  z.strictObject({ kind: z.literal('addUnique'), ...onTable, columns, name: name.optional() }),
  z.strictObject({ kind: z.literal('addPrimaryKey'), ...onTable, columns, name: name.optional() }),
  z.strictObject({
    kind: z.literal('addForeignKey'),
    ...onTable,
    columns,
    references: name,
    referencedColumns: columns.optional(),
    onDelete: z.enum(['cascade', 'set null', 'set default', 'restrict']).optional(),
    name: name.optional(),
  }),
  z.strictObject({ kind: z.literal('addCheck'), ...onTable, expression: sql, name: name.optional() }),
  z.strictObject({ kind: z.literal('addExclusion'), ...onTable, definition: sql, name }),
  z.strictObject({ kind: z.literal('dropConstraint'), ...onTable, name }),
  z.strictObject({ kind: z.literal('renameTable'), ...onTable, to: name }),
  z.strictObject({ kind: z.literal('dropTable'), ...onTable }),
  z.strictObject({ kind: z.literal('moveTable'), ...onTable, schema: name }),
  z.strictObject({ kind: z.literal('splitTable'), ...onTable, columns, to: name }),
  z.strictObject({
    kind: z.literal('partitionTable'),
    ...onTable,
    strategy: z.enum(['range', 'list']),
    column: name,
    present: sql,
    partitions: z.array(z.strictObject({ name, bound: sql })).max(100),
  }),
  z.strictObject({ kind: z.literal('detachPartition'), ...onTable, partition: name }),
  z.strictObject({ kind: z.literal('addEnumValue'), type: name, value: name, before: name.optional(), after: name.optional() }),
  z.strictObject({ kind: z.literal('renameEnumValue'), type: name, value: name, to: name }),
  z.strictObject({ kind: z.literal('removeEnumValue'), type: name, value: name, replacement: name }),
  z.strictObject({ kind: z.literal('setTrigger'), ...onTable, function: sql.optional(), trigger: sql }),
  z.strictObject({ kind: z.literal('changeView'), view: name, query: sql }),
  z.strictObject({ kind: z.literal('enableRowSecurity'), ...onTable, policies: z.array(sql).max(50), force: z.boolean().optional() }),
  z.strictObject({ kind: z.literal('backfill'), ...onTable, set: z.record(name, sql), where: sql.optional() }),
  z.strictObject({ kind: z.literal('deleteRows'), ...onTable, where: sql }),
  z.strictObject({ kind: z.literal('createExtension'), extension: name }),
  z.strictObject({ kind: z.literal('widenSequence'), sequence: name }),
]);

/**
 * Intents from outside, checked.
 *
 * @param given one intent or a list of them
 * @throws LockkeeperError BAD_USAGE that names what is wrong with which
 */
export function readChanges(given: unknown): PlanChange[] {
  const list = Array.isArray(given) ? given : [given];
  return list.map((each, at) => {
    const parsed = planChangeSchema.safeParse(each);
    if (parsed.success) return withoutUndefined(parsed.data);
    const issue = parsed.error.issues[0];
    const kinds = planChangeSchema.options.map((option) => option.shape.kind.value).join(', ');
    throw new LockkeeperError(
      'BAD_USAGE',
      `Change ${at + 1} is not as it must be: ${issue?.path.join('.') || 'kind'}: ${issue?.message ?? 'unknown'}.`,
      `kind is one of ${kinds}.`,
    );
  });
}

function withoutUndefined(change: object): PlanChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as unknown as PlanChange;
}
