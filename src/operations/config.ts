import { join } from 'node:path';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { LockkeeperError } from '../core/errors.js';
import { type RepositoryPolicy, repositoryPolicySchema } from '../approve/policy/schema.js';
import { readTextFile } from './gather/text-file.js';

export const configFile = 'lockkeeper.config.json';

const severity = z.enum(['low', 'medium', 'high']);
const suppression = z.strictObject({
  rule: z.string().min(1).describe('Id of the rule, or * for every rule.'),
  place: z.string().min(1).describe('File, file:line, name of a migration, or a pattern with * and **.'),
  reason: z.string().trim().min(3).describe('Why this is accepted. Shown in every report.'),
  expires: z.iso.date().optional().describe('Last day on which it holds, as YYYY-MM-DD.'),
});

/** `lockkeeper.config.json`. Unknown keys are errors: a misspelt setting must not be silently without effect. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  rules: z
    .record(z.string(), z.enum(['on', 'off', 'low', 'medium', 'high']))
    .default({})
    .describe('Switches a rule, or sets its severity.'),
  failOn: z
    .union([severity, z.literal('never')])
    .optional()
    .describe('Severity from which the exit code is 1.'),
  suppressions: z.array(suppression).default([]).describe('Findings that are accepted.'),
  policy: repositoryPolicySchema.optional().describe('Makes the policy of approvals stricter. It cannot loosen it.'),
});

export type Config = z.infer<typeof configSchema>;
export type Suppression = Config['suppressions'][number];
export type FailOn = NonNullable<Config['failOn']>;

/** The configuration's JSON Schema, for editors. */
export function configJsonSchema(): Record<string, unknown> {
  return { title: configFile, ...z.toJSONSchema(configSchema, { io: 'input' }) };
}

/**
 * Reads the configuration of a project; without a file everything is at its default.
 *
 * @param root absolute path of the project
 * @param knownRules ids of the rules
 * @throws LockkeeperError CONFIG_INVALID with everything that is wrong, UNREADABLE, NOT_TEXT, FILE_TOO_LARGE
 */
export async function loadConfig(root: string, knownRules: ReadonlySet<string>): Promise<Config> {
  const config = await readConfig(root);
  const errors = unknownRules(config, knownRules);
  if (errors.length > 0) throw invalidConfig(errors);
  return config;
}

/** What the repository's configuration asks of approvals. Throws as `loadConfig`. */
export async function loadRepositoryPolicy(root: string): Promise<RepositoryPolicy | undefined> {
  return (await readConfig(root)).policy;
}

async function readConfig(root: string): Promise<Config> {
  const absolute = join(root, configFile);
  const entry = await stat(absolute).catch(() => null);
  if (entry === null) return configSchema.parse({});
  if (!entry.isFile())
    throw new LockkeeperError('CONFIG_INVALID', `${configFile} is not a file.`, 'Make it a file, or remove it.', { file: configFile });
  const text = await readTextFile({ absolute, shown: configFile });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LockkeeperError('CONFIG_INVALID', `${configFile} is not JSON.`, 'Correct the syntax: no comments, no trailing commas.', {
      file: configFile,
    });
  }
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidConfig(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`));
}

function invalidConfig(errors: readonly string[]): LockkeeperError {
  return new LockkeeperError(
    'CONFIG_INVALID',
    `${configFile} is not valid: ${errors.join('; ')}.`,
    'Correct every point named; `lockkeeper rules` lists the rules.',
    { file: configFile },
  );
}

function unknownRules(config: Config, knownRules: ReadonlySet<string>): string[] {
  const inRules = Object.keys(config.rules)
    .filter((id) => !knownRules.has(id))
    .map((id) => `rules.${id}: there is no such rule`);
  const inSuppressions = config.suppressions.flatMap((each, position) =>
    each.rule === '*' || knownRules.has(each.rule) ? [] : [`suppressions.${position}.rule: there is no rule ${each.rule}`],
  );
  return [...inRules, ...inSuppressions];
}
