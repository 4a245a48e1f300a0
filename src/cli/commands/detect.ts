import { safeJson } from '../../core/sanitise.js';
import { detect } from '../../operations/detect.js';
import { detectionText } from '../../report/detection-text.js';
import { type Command, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { jsonFlag, outputFlag, projectFlag, refusePositionals } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper detect`: the migration tools of a project. */
export const detectCommand: Command = {
  name: 'detect',
  summary: 'Find the migration tools of a project',
  usage: 'lockkeeper detect [FOLDER] [flags]',
  flags: { ...jsonFlag, ...outputFlag, ...projectFlag },
  examples: [
    { line: 'lockkeeper detect', says: 'in the working folder' },
    { line: 'lockkeeper detect services/shop --json', says: 'as data' },
  ],
  async run(values, positionals, surroundings) {
    const [folder, ...others] = positionals;
    refusePositionals('detect', textFlag(values, 'project') === undefined ? others : positionals);
    const detection = await detect({ project: textFlag(values, 'project') ?? folder ?? '.' }, surroundings);
    const text = values.json ? `${safeJson(detection, 2)}\n` : detectionText(detection, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: exitCodes.fine };
  },
};
