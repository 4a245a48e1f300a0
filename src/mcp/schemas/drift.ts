import * as z from 'zod';
import type { Drift, DriftCause } from '../../core/drift.js';
import type { SchemaObjectKind } from '../../core/schema.js';
import { partSchema } from './page.js';
import { problemSchema } from './place.js';
import { oneOf, proves, type Same } from './same.js';

const source = z.enum(['models', 'files', 'live', 'other']);

const mendingSchema = z
  .object({
    sql: z.array(z.string()).describe('In order, each on its own; for a person or a new migration, never run here'),
    loses: z.array(z.string()).describe('What is gone for good when it runs'),
    byHand: z.string().nullable(),
  })
  .nullable();

const differenceSchema = z.object({
  fingerprint: z.string(),
  kind: oneOf<SchemaObjectKind>(),
  object: z.string(),
  presentIn: z.array(source),
  properties: z.array(
    z.object({
      property: z.string(),
      values: z.object({
        models: z.string().nullable().optional(),
        files: z.string().nullable().optional(),
        live: z.string().nullable().optional(),
        other: z.string().nullable().optional(),
      }),
    }),
  ),
  standsAlone: source.nullable(),
  cause: z.object({ kind: oneOf<DriftCause>(), migration: z.string().nullable(), why: z.string() }).describe('A guess from what was seen'),
  accepted: z.boolean().describe('Known from the baseline'),
  mend: z.object({
    live: mendingSchema.describe('Makes the database as files or other have it'),
    files: mendingSchema.describe('What a new migration must say to keep it'),
  }),
});

const driftSchema = z.object({
  stack: z.string().nullable(),
  databases: z.object({ live: z.string(), other: z.string().nullable() }),
  sources: z.array(z.object({ source: z.enum(['models', 'files', 'history', 'live', 'other']), looked: z.boolean(), what: z.string() })),
  counts: z.object({ differences: z.number(), new: z.number(), accepted: z.number(), pending: z.number() }),
  inStep: z.boolean().describe('No difference is new'),
  differences: z.array(differenceSchema),
  mend: z.object({ live: mendingSchema.unwrap(), files: mendingSchema }).describe('All at once; not the sum of the single ones'),
  pending: z.array(z.string()),
  checks: z.array(
    z.object({
      command: z.array(z.string()),
      verdict: z.enum(['agrees', 'differs', 'failed', 'not offered']),
      compares: z.string(),
      said: z.string(),
    }),
  ),
  notCompared: z.array(z.string()),
  staleBaseline: z.array(z.string()),
  problems: z.array(problemSchema),
});
proves<Same<Shape<z.infer<typeof driftSchema>>, Shape<Drift>>>();

/** The same but for optional members, which the two libraries of types write differently. */
type Shape<Type> = Type extends object ? { [Key in keyof Type]-?: Shape<Exclude<Type[Key], undefined>> } : Type;

/** Drift as the tool answers it: new differences first, a part at a time. */
export const driftPageSchema = driftSchema.extend({
  page: z.object({
    differences: partSchema,
    cursor: z.string().nullable().describe('Give it back for the next part; null at the end'),
    shortened: z.array(z.string()).describe('Lists of which only the beginning is here'),
  }),
});
export type DriftPage = z.infer<typeof driftPageSchema>;
