import { safeJson } from '../../core/sanitise.js';
import { status } from '../../operations/status.js';
import { statusText } from '../../report/status-text.js';
import { type Command, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { databaseFlag, jsonFlag, outputFlag, projectFlag, refusePositionals, stackFlag } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper status`: what is applied, pending, failed, edited and missing on a database. */
export const statusCommand: Command = {
  name: 'status',
  summary: 'Say which migrations are applied, pending, failed, edited or missing',
  usage: 'lockkeeper status [flags]',
  flags: { ...stackFlag, ...databaseFlag, ...jsonFlag, ...outputFlag, ...projectFlag },
  examples: [
    { line: 'lockkeeper status', says: 'the only stack, on the database that its own variable names' },
    { line: 'lockkeeper status --stack django:services/shop --database-env STAGING_URL', says: 'one of several, on another database' },
  ],
  async run(values, positionals, surroundings) {
    refusePositionals('status', positionals);
    const answer = await status(
      { project: textFlag(values, 'project') ?? '.', stack: textFlag(values, 'stack'), databaseVariable: textFlag(values, 'database-env') },
      surroundings,
    );
    const text = values.json ? `${safeJson(answer, 2)}\n` : statusText(answer, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: answer.recoveries.length > 0 ? exitCodes.findings : exitCodes.fine };
  },
};
