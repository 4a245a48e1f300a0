import * as z from 'zod';
import type { Status } from '../../operations/status.js';
import { partSchema } from './page.js';
import { problemSchema } from './place.js';
import { proves, type Same } from './same.js';

const migrationSchema = z.object({
  name: z.string(),
  state: z
    .enum(['applied', 'pending', 'failed', 'skipped', 'missing', 'unknown'])
    .describe('"skipped": the tool will never run it as things stand; "missing": recorded, and its file is gone'),
  edited: z.boolean().nullable().describe('null: the tool keeps nothing to tell it by'),
  outOfOrder: z.boolean(),
  appliedAt: z.string().nullable(),
  detail: z.string().nullable(),
});

const recoverySchema = z.object({
  kind: z.string(),
  migration: z.string().nullable(),
  title: z.string(),
  why: z.string(),
  steps: z
    .array(z.object({ says: z.string(), command: z.string().nullable(), sql: z.string().nullable() }))
    .describe('For a person; show them, do not run them unasked'),
});

export const statusSchema = z.object({
  stack: z.string(),
  table: z.string(),
  exists: z.boolean(),
  migrations: z.array(migrationSchema),
  next: z.array(z.string()).describe("What the tool's next run would execute, in its order"),
  recoveries: z.array(recoverySchema),
  problems: z.array(problemSchema),
  counts: z.object({
    applied: z.number(),
    pending: z.number(),
    failed: z.number(),
    skipped: z.number(),
    missing: z.number(),
    edited: z.number(),
  }),
});
proves<Same<z.infer<typeof statusSchema>, Status>>();

/** A status as the tool answers it: the newest migrations first, a part at a time. */
export const statusPageSchema = statusSchema.extend({
  page: z.object({
    migrations: partSchema,
    cursor: z.string().nullable().describe('Give it back for the next part; null at the end'),
    shortened: z.array(z.string()).describe('Lists of which only the beginning is here'),
  }),
});
export type StatusPage = z.infer<typeof statusPageSchema>;
