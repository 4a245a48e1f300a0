import { LockkeeperError } from '../../core/errors.js';
import { safeJson } from '../../core/sanitise.js';
import { create } from '../../operations/create.js';
import { decodeText } from '../../operations/gather/text-file.js';
import { createdText } from '../../report/run-text.js';
import { type Command, listFlag, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { jsonFlag, outputFlag, projectFlag, stackFlag, throwAwayServerFlag, timeoutFlag, withTimeout } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper create`: a new migration in the tool's own format. */
export const createCommand: Command = {
  name: 'create',
  summary: 'Write a new migration in the format of the project’s own tool',
  usage: 'lockkeeper create NAME [--sql TEXT | - | --from-models] [flags]',
  flags: {
    sql: { type: 'string', value: 'TEXT', help: 'Up SQL' },
    down: { type: 'string', value: 'TEXT', help: 'Down SQL' },
    'from-models': { type: 'boolean', help: 'Let the tool make it from the models; this runs code of the project' },
    rename: { type: 'string', multiple: true, value: 'OLD=NEW', help: 'A rename that a person confirms, e.g. users.name=users.full_name' },
    app: { type: 'string', value: 'NAME', help: 'Application of Django' },
    ...stackFlag,
    ...throwAwayServerFlag,
    ...timeoutFlag,
    ...jsonFlag,
    ...outputFlag,
    ...projectFlag,
  },
  examples: [
    { line: "lockkeeper create 'add status' --sql 'ALTER TABLE orders ADD COLUMN status text'", says: 'from SQL' },
    { line: "lockkeeper create 'full name' --from-models --rename users.name=users.full_name", says: 'from the models' },
  ],
  async run(values, positionals, surroundings) {
    const [name, source, ...more] = positionals;
    if (name === undefined || more.length > 0 || (source !== undefined && source !== '-'))
      throw new LockkeeperError(
        'BAD_USAGE',
        'create takes the name of the new migration.',
        "Put the words in quotes: lockkeeper create 'add status'.",
      );
    const sql = source === '-' ? decodeText(await surroundings.readStandardInput(), 'standard input') : textFlag(values, 'sql');
    if ((sql === undefined) === (values['from-models'] !== true))
      throw new LockkeeperError(
        'BAD_USAGE',
        'A migration is made from SQL or from the models.',
        'Give --sql TEXT, - for standard input, or --from-models.',
      );
    const answer = await create(
      {
        project: textFlag(values, 'project') ?? '.',
        stack: textFlag(values, 'stack'),
        name,
        sql,
        down: textFlag(values, 'down'),
        renames: listFlag(values, 'rename'),
        place: textFlag(values, 'app'),
        throwAwayVariable: textFlag(values, 'throwaway-server-env'),
      },
      withTimeout(surroundings, values),
    );
    const text = values.json ? `${safeJson(answer, 2)}\n` : createdText(answer, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: exitCodes.fine };
  },
};
