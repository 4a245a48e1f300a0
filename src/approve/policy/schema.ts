import { z } from 'zod';
import { type ApprovalLevel, approvalLevels, type TargetClass, targetClasses } from '../../core/run-plan.js';

const level = z.enum(approvalLevels);
const levels = z.strictObject({
  level: level.optional().describe('Lowest level at which a plan may be approved.'),
  destructive: level.optional().describe('The same for a plan that loses data or cannot be taken back.'),
});
const levelTable = z.strictObject({
  throwaway: levels.optional(),
  development: levels.optional(),
  staging: levels.optional(),
  production: levels.optional(),
});

const target = z.strictObject({
  database: z.string().min(1).describe('Name of the database on its server.'),
  systemIdentifier: z
    .string()
    .regex(/^\d{1,20}$/)
    .nullable()
    .describe('Which server, as `lockkeeper approve target` prints it; null where the server does not tell.'),
  class: z.enum(targetClasses),
});

const planMinutes = z.number().int().min(1).max(1440).optional().describe('How long a plan lives. 15 when absent, 1 440 at level C.');

/** `policy.json` of a person or an administrator. Unknown keys are errors: a misspelt guard must not be without effect. */
export const policyFileSchema = z.strictObject({
  targets: z.array(target).default([]).describe('What databases are for. One that is not here is judged by its marker and by evidence.'),
  levels: levelTable.default({}).describe('Level by class.'),
  onlyListed: z.boolean().default(false).describe('Nothing is run on a database that is not in `targets`, but on a throw-away.'),
  requireStrongKeys: z.boolean().default(false).describe('Level B counts only with keys in a file that this user cannot write.'),
  runner: z
    .boolean()
    .default(false)
    .describe('Says that this user holds credentials that the agent does not have: see `lockkeeper runner`.'),
  planMinutes,
});

/** `policy` of a repository's configuration. It can only make things stricter. */
export const repositoryPolicySchema = z.strictObject({
  levels: levelTable.default({}).describe('Raises levels by class; a lower one is without effect.'),
  onlyListed: z.literal(true).optional(),
  requireStrongKeys: z.literal(true).optional(),
  planMinutes,
});

export type PolicyFile = z.infer<typeof policyFileSchema>;
export type RepositoryPolicy = z.infer<typeof repositoryPolicySchema>;

export type LevelTable = Record<TargetClass, { level: ApprovalLevel; destructive: ApprovalLevel }>;
