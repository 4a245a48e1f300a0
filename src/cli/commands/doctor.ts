import { safeJson } from '../../core/sanitise.js';
import { doctor } from '../../operations/doctor.js';
import { diagnosisText } from '../../report/diagnosis-text.js';
import { type Command, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { jsonFlag, outputFlag, projectFlag, refusePositionals } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper doctor`: what is installed, reachable and missing. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Say what is installed, reachable and missing',
  usage: 'lockkeeper doctor [flags]',
  flags: {
    'database-env': { type: 'string', value: 'NAME', help: 'NAME of the environment variable with the address of a database to try' },
    ...jsonFlag,
    ...outputFlag,
    ...projectFlag,
  },
  examples: [
    { line: 'lockkeeper doctor', says: 'this machine and this project' },
    { line: 'lockkeeper doctor --database-env DATABASE_URL', says: 'and whether the target can be reached' },
  ],
  async run(values, positionals, surroundings) {
    refusePositionals('doctor', positionals);
    const diagnosis = await doctor(
      { project: textFlag(values, 'project') ?? '.', databaseVariable: textFlag(values, 'database-env') },
      surroundings,
    );
    const text = values.json ? `${safeJson(diagnosis, 2)}\n` : diagnosisText(diagnosis, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: diagnosis.ready ? exitCodes.fine : exitCodes.notJudged };
  },
};
