import type { Assessment } from '../../core/assessment.js';
import { type FailOn, loadConfig } from '../../operations/config.js';
import { type OperationContext, openProject } from '../../operations/context.js';
import { ruleIds } from '../../operations/rules.js';
import type { Paper } from '../../report/paper.js';
import type { CommandResult, FlagValues, Surroundings } from '../command.js';
import { assessmentExitCode } from '../exit-code.js';
import { choiceFlag, withTimeout } from '../shared-flags.js';
import { paperOf, ProgressLine } from '../terminal.js';

const formats = ['text', 'markdown', 'json', 'sarif', 'code-quality'] as const;

/**
 * Runs an operation that answers with an assessment, and reports it in the format that was asked for.
 *
 * @param project folder whose configuration says from which severity on the exit code is 1
 */
export async function reportAssessment(
  operation: (context: OperationContext) => Promise<Assessment>,
  project: string,
  values: FlagValues,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const format = values.json ? 'json' : (choiceFlag(values, 'format', formats) ?? 'text');
  const failOn = await failOnOf(values, project, surroundings);
  const line = new ProgressLine();
  try {
    const assessment = await operation({ ...withTimeout(surroundings, values), progress: line.report });
    const paper = values.output ? { colour: false, width: 100 } : paperOf(process.stdout, surroundings.environment);
    return { text: await render(assessment, format, paper), exitCode: assessmentExitCode(assessment, failOn) };
  } finally {
    line.clear();
  }
}

/** From which severity on the exit code is 1: the flag, else the configuration, else high. */
async function failOnOf(values: FlagValues, project: string, surroundings: Surroundings): Promise<FailOn> {
  const flag = choiceFlag(values, 'fail-on', ['low', 'medium', 'high', 'never']);
  if (flag) return flag;
  const root = await openProject(project, surroundings);
  return (await loadConfig(root, await ruleIds())).failOn ?? 'high';
}

async function render(assessment: Assessment, format: (typeof formats)[number], paper: Paper): Promise<string> {
  if (format === 'json') {
    const { safeJson } = await import('../../core/sanitise.js');
    return `${safeJson(assessment, 2)}\n`;
  }
  if (format === 'markdown') return (await import('../../report/assessment-markdown.js')).assessmentMarkdown(assessment);
  if (format === 'sarif') {
    const [{ assessmentSarif }, { listRules }, { safeJson }] = await Promise.all([
      import('../../report/assessment-sarif.js'),
      import('../../operations/rules.js'),
      import('../../core/sanitise.js'),
    ]);
    return `${safeJson(assessmentSarif(assessment, await listRules()), 2)}\n`;
  }
  if (format === 'code-quality') {
    const [{ assessmentCodeQuality }, { safeJson }] = await Promise.all([
      import('../../report/assessment-code-quality.js'),
      import('../../core/sanitise.js'),
    ]);
    return `${safeJson(assessmentCodeQuality(assessment), 2)}\n`;
  }
  return (await import('../../report/assessment-text.js')).assessmentText(assessment, paper);
}
