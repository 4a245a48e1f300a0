import * as z from 'zod';
import type { Stack, ToolName } from '../../core/stack.js';
import { dialectSchema, placeSchema, problemSchema } from './place.js';
import { oneOf, proves, type Same } from './same.js';

export const transactionModeSchema = z.enum(['per-file', 'all', 'none', 'one-string', 'automatic']);

export const stackSchema = z.object({
  id: z.string().describe('Give it to assess_risk as "stack"'),
  tool: oneOf<ToolName>(),
  supported: z.boolean(),
  workflow: z.enum(['managed', 'push', 'unmanaged']),
  workflowNote: z.string().nullable(),
  folder: z.string(),
  toolVersion: z.string().nullable(),
  dialect: dialectSchema,
  migrationFolders: z.array(z.string()),
  order: z.enum(['timestamp', 'sequence', 'graph', 'journal', 'version', 'unknown']),
  migrationCount: z.number(),
  command: z.array(z.string()).nullable(),
  databaseSetting: z.string().nullable().describe('Name of the variable or setting that holds the address, never its value'),
  transactionMode: transactionModeSchema,
  settings: z.record(z.string(), z.string()).optional(),
  heads: z.array(z.string()),
  evidence: z.array(placeSchema.extend({ what: z.string() })),
  undetermined: z.array(z.string()),
  problems: z.array(problemSchema),
});
proves<Same<z.infer<typeof stackSchema>, Stack>>();
