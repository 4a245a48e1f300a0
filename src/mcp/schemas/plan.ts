import * as z from 'zod';
import type { PlanNeed, PlanWay, Usage } from '../../core/plan.js';
import { partSchema } from './page.js';
import { problemSchema } from './place.js';
import { proves, type Same } from './same.js';

const mode = z.enum(['transaction', 'alone']);
const blocks = z.enum(['nothing', 'writes', 'readsAndWrites']);

const stepSchema = z.object({
  id: z.string().describe('Phase and place: "2.1"'),
  title: z.string(),
  sql: z.array(z.string()),
  mode: mode.describe('"alone": each statement outside a transaction'),
  blocks,
  waits: z.string().describe('Who waits, and how long'),
  lockTimeoutMs: z.number().nullable().describe('null where a limit would leave invalid objects behind'),
  check: z.string().nullable().describe('Query of one row and one column "done"'),
  wayBack: z.object({ sql: z.array(z.string()), mode, note: z.string().nullable(), blocks }),
  oldCodeWorks: z.boolean(),
  newCodeWorks: z.boolean(),
  isBackfill: z.boolean(),
  destructive: z.boolean(),
});
export type StepPage = z.infer<typeof stepSchema>;

const phaseSchema = z.object({
  number: z.number(),
  kind: z.enum(['migration', 'deploy']),
  stage: z.enum(['expand', 'fill', 'enforce', 'switch', 'contract', 'deploy', 'direct']),
  title: z.string(),
  says: z.string().nullable().describe('What the code must do from this deploy on'),
  edits: z.array(z.string()).describe('Edits of models and code that belong to it'),
  gone: z.array(z.string()).describe('What no code may use any more before it runs'),
  steps: z.number(),
});
export type PhasePage = z.infer<typeof phaseSchema>;

const waySchema = z.object({
  name: z.string(),
  summary: z.string(),
  time: z.string(),
  disk: z.string(),
  deploys: z.number(),
  chosen: z.boolean(),
});
proves<Same<z.infer<typeof waySchema>, PlanWay>>();

const needSchema = z.object({ what: z.string(), why: z.string(), how: z.string() });
proves<Same<z.infer<typeof needSchema>, PlanNeed>>();

const usageSchema = z.object({
  file: z.string(),
  line: z.number().nullable(),
  kind: z.enum(['code', 'sql', 'model', 'view', 'function', 'trigger', 'policy', 'foreignKey']),
  object: z.string(),
  use: z.enum(['reads', 'writes', 'names']),
  sure: z.enum(['certain', 'likely', 'possible']),
  excerpt: z.string(),
});
proves<Same<z.infer<typeof usageSchema>, Usage>>();

export const planPageSchema = z.object({
  id: z.string(),
  status: z
    .enum(['plan', 'direct', 'needsFacts', 'refused'])
    .describe('"direct": harmless, one file. "needsFacts" and "refused": nothing was planned, needs says why'),
  title: z.string(),
  stack: z.string().nullable(),
  serverVersion: z.number(),
  basis: z.enum(['catalog', 'history', 'nothing']).describe('Where the schema came from'),
  phases: z.array(phaseSchema),
  steps: z.array(stepSchema),
  ways: z.array(waySchema),
  differences: z.array(z.string()).describe('In what the end differs from the plain change'),
  limits: z.array(z.string()),
  needs: z.array(needSchema),
  usage: z.object({ total: z.number(), filesRead: z.number(), cut: z.boolean(), found: z.array(usageSchema) }).nullable(),
  problems: z.array(problemSchema),
  resource: z.string().describe('The whole plan'),
  page: z.object({
    steps: partSchema,
    uses: partSchema,
    cursor: z.string().nullable().describe('Give it back for the next part; null at the end'),
    shortened: z.array(z.string()),
  }),
});
export type PlanPage = z.infer<typeof planPageSchema>;
