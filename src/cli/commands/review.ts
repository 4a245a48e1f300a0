import { review } from '../../operations/review.js';
import { type Command, textFlag } from '../command.js';
import { refusePositionals } from '../shared-flags.js';
import { reportFlags, targetFlags, targetInput } from './assess-flags.js';
import { reportAssessment } from './report-assessment.js';

/** `lockkeeper review`: judges what this branch adds, for a pull request. */
export const reviewCommand: Command = {
  name: 'review',
  summary: 'Judge what this branch adds, in every stack',
  usage: 'lockkeeper review [--base REVISION] [flags]',
  flags: {
    base: { type: 'string', value: 'REVISION', help: 'What the branch started from; the main branch when absent' },
    ...targetFlags,
    ...reportFlags,
  },
  examples: [
    { line: 'lockkeeper review', says: 'against the main branch' },
    { line: 'lockkeeper review --base origin/main --format markdown --output comment.md', says: 'a comment for a pull request' },
    { line: 'lockkeeper review --base origin/main --format sarif --output lockkeeper.sarif', says: 'for code scanning' },
    { line: 'lockkeeper review --format code-quality --output gl-code-quality-report.json', says: 'for a merge request of GitLab' },
  ],
  async run(values, positionals, surroundings) {
    refusePositionals('review', positionals);
    const project = textFlag(values, 'project') ?? '.';
    return reportAssessment((context) => review({ ...targetInput(values), project }, context), project, values, surroundings);
  },
};
