import * as z from 'zod';
import type { Assessment } from '../../core/assessment.js';
import { effectsSchema } from './effects.js';
import { findingSchema, suppressedFindingSchema } from './finding.js';
import { dialectSchema, placeSchema, problemSchema } from './place.js';
import { partSchema } from './page.js';
import { proves, type Same } from './same.js';

const statementSchema = z.object({
  index: z.number(),
  sql: z.string(),
  source: placeSchema.nullable(),
  migration: z.string().nullable(),
  direction: z.enum(['up', 'down']),
  kind: z.string(),
  analysed: z.boolean(),
  effects: effectsSchema,
});

const unanalysedSchema = z.object({
  source: placeSchema.nullable(),
  migration: z.string().nullable(),
  reason: z.string(),
  next: z.string(),
});

export const assessmentSchema = z.object({
  risk: z.enum(['low', 'medium', 'high', 'unknown']).describe('"unknown" is not safe: something was not analysed'),
  destructive: z.boolean(),
  dialect: dialectSchema,
  serverVersion: z.number().nullable(),
  assumedServerVersion: z.number(),
  statements: z.array(statementSchema),
  findings: z.array(findingSchema),
  suppressed: z.array(suppressedFindingSchema),
  coverage: z.object({
    migrations: z.number(),
    statements: z.number(),
    analysed: z.number(),
    unanalysed: z.array(unanalysedSchema),
  }),
  problems: z.array(problemSchema),
  nextStep: z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()), why: z.string() }).nullable(),
});
proves<Same<z.infer<typeof assessmentSchema>, Assessment>>();

/** An assessment as the tool answers it: a part of its lists, texts cut, and where the next part begins. */
export const assessmentPageSchema = assessmentSchema.extend({
  page: z.object({
    findings: partSchema,
    statements: partSchema,
    unanalysed: partSchema,
    suppressed: partSchema,
    cursor: z.string().nullable().describe('Give it back for the next part; null at the end'),
    shortened: z.array(z.string()).describe('Lists of which only the beginning is here'),
  }),
});
export type AssessmentPage = z.infer<typeof assessmentPageSchema>;
