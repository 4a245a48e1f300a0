import { LockkeeperError } from '../../core/errors.js';
import { safeJson } from '../../core/sanitise.js';
import { auditLines, auditVerify } from '../../operations/audit.js';
import { journalText } from '../../report/journal-text.js';
import { type Command, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { jsonFlag, numberFlag, outputFlag } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper audit`: what was asked, approved, run and seen. */
export const auditCommand: Command = {
  name: 'audit',
  summary: 'Verify, show or export the journal of what was asked, approved and run',
  usage: 'lockkeeper audit verify [FILE] | show | export [flags]',
  flags: {
    plan: { type: 'string', value: 'ID', help: 'Only the lines of one plan' },
    last: { type: 'string', value: 'N', help: 'Only the last lines; 40 when shown' },
    ...jsonFlag,
    ...outputFlag,
  },
  examples: [
    { line: 'lockkeeper audit verify', says: 'whether a line was changed, moved or taken away' },
    { line: 'lockkeeper audit show --plan plan-4Jx…', says: 'what became of a plan' },
    { line: 'lockkeeper audit export -o journal.jsonl', says: 'the lines as they are, to be kept elsewhere' },
  ],
  async run(values, positionals, surroundings) {
    const [word, file, ...rest] = positionals;
    if (rest.length > 0 || (word !== 'verify' && file !== undefined)) throw usage();
    const planId = textFlag(values, 'plan');
    const last = numberFlag(values, 'last');
    const filter = { ...(planId === undefined ? {} : { planId }), ...(last === undefined ? {} : { last }) };
    if (word === 'verify') {
      const report = await auditVerify(file, surroundings);
      const text =
        report.broken === null ? `${report.lines} lines, unbroken. Last: ${report.head.slice(0, 12)}` : `Broken: ${report.broken}`;
      return {
        text: values.json ? `${safeJson(report, 2)}\n` : `${text}\n`,
        exitCode: report.broken === null ? exitCodes.fine : exitCodes.findings,
      };
    }
    if (word === 'export') {
      const lines = await auditLines(filter, surroundings);
      return { text: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), exitCode: exitCodes.fine };
    }
    if (word !== 'show') throw usage();
    const lines = await auditLines({ last: 40, ...filter }, surroundings);
    const text = values.json ? `${safeJson(lines, 2)}\n` : journalText(lines, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: exitCodes.fine };
  },
};

function usage(): LockkeeperError {
  return new LockkeeperError('BAD_USAGE', 'audit takes verify, show or export.', 'See lockkeeper audit --help.');
}
