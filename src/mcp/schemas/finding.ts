import * as z from 'zod';
import type { Finding, Need, SuppressedFinding } from '../../core/finding.js';
import { placeSchema } from './place.js';
import { oneOf, proves, type Same } from './same.js';

const severitySchema = z.enum(['low', 'medium', 'high']);

export const findingSchema = z.object({
  rule: z.string(),
  severity: severitySchema,
  statement: z.number().nullable().describe('Index of the statement; null for a migration or a history as a whole'),
  source: placeSchema.nullable(),
  title: z.string(),
  why: z.string(),
  fix: z.object({ summary: z.string(), sql: z.string().nullable() }),
  evidence: z.array(z.enum(['static', 'catalog', 'rehearsed'])),
  needs: z.array(oneOf<Need>()).describe('Facts that would sharpen the verdict'),
  destructive: z.boolean(),
});
proves<Same<z.infer<typeof findingSchema>, Finding>>();

export const suppressedFindingSchema = findingSchema.extend({
  suppression: z.object({ reason: z.string(), expires: z.string().nullable() }),
});
proves<Same<z.infer<typeof suppressedFindingSchema>, SuppressedFinding>>();
