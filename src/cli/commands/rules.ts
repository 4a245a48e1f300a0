import { safeJson } from '../../core/sanitise.js';
import { listRules } from '../../operations/rules.js';
import { rulesText, ruleText } from '../../report/rules-text.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { jsonFlag, outputFlag } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper rules`: the catalogue of hazards. */
export const rulesCommand: Command = {
  name: 'rules',
  summary: 'List the rules, or explain some',
  usage: 'lockkeeper rules [ID]... [flags]',
  flags: { ...jsonFlag, ...outputFlag },
  examples: [
    { line: 'lockkeeper rules', says: 'all of them, one line each' },
    { line: 'lockkeeper rules index-not-concurrent', says: 'why it matters, and what is found and what is not' },
  ],
  async run(values, positionals, surroundings) {
    const rules = await listRules(positionals.length > 0 ? { ids: positionals } : {});
    const paper = paperOf(process.stdout, surroundings.environment);
    const text = values.json
      ? `${safeJson(rules, 2)}\n`
      : positionals.length > 0
        ? rules.map((rule) => ruleText(rule, paper)).join('\n')
        : rulesText(rules, paper);
    return { text, exitCode: exitCodes.fine };
  },
};
