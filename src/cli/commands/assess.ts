import { LockkeeperError } from '../../core/errors.js';
import { assess } from '../../operations/assess.js';
import type { AssessInput } from '../../operations/assess-input.js';
import { decodeText } from '../../operations/gather/text-file.js';
import { type Command, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { projectOf } from '../project-folder.js';
import { reportFlags, targetFlags, targetInput } from './assess-flags.js';
import { reportAssessment } from './report-assessment.js';

/** `lockkeeper assess`: judges SQL, files, folders, a stack's migrations, or what a branch adds. */
export const assessCommand: Command = {
  name: 'assess',
  summary: 'Say what migrations will do to a running database',
  usage: 'lockkeeper assess [FILE|FOLDER|-]... [flags]',
  flags: {
    sql: { type: 'string', value: 'TEXT', help: 'SQL to judge' },
    base: { type: 'string', value: 'REVISION', help: 'Judge only what this branch adds to a git revision' },
    pending: { type: 'boolean', help: 'Judge the migrations that are not applied yet' },
    migrations: { type: 'string', multiple: true, value: 'NAMES', help: 'Judge these migrations of the stack; with commas, or repeated' },
    applied: { type: 'string', multiple: true, value: 'NAMES', help: 'The applied migrations; the last one is enough' },
    ...targetFlags,
    ...reportFlags,
  },
  examples: [
    { line: 'lockkeeper assess prisma/migrations/20261109_add_email', says: 'one migration, with the ones before as its history' },
    { line: "lockkeeper assess --sql 'CREATE INDEX i ON users (email)'", says: 'SQL text' },
    { line: 'lockkeeper assess --base origin/main --format markdown', says: 'what a pull request adds' },
    {
      line: 'lockkeeper assess --pending --applied 20260507_init --database-env DATABASE_URL',
      says: 'what comes after the last applied one, with the sizes and the schema of the target',
    },
    { line: 'alembic upgrade head --sql | lockkeeper assess - --transaction all', says: 'SQL from another tool' },
  ],
  async run(values, positionals, surroundings) {
    const input = await inputOf(values, positionals, surroundings);
    return reportAssessment((context) => assess(input, context), input.project ?? '.', values, surroundings);
  },
};

async function inputOf(values: FlagValues, positionals: string[], surroundings: Surroundings): Promise<AssessInput> {
  const input = targetInput(values);
  input.project =
    textFlag(values, 'project') ??
    (await projectOf(
      positionals.filter((path) => path !== '-'),
      surroundings.workingFolder,
    ));
  if (positionals.includes('-')) {
    if (positionals.length > 1 || input.sql !== undefined)
      throw new LockkeeperError('BAD_USAGE', 'Standard input is judged alone.', 'Give - without other files and without --sql.');
    input.sql = decodeText(await surroundings.readStandardInput(), 'standard input');
  } else if (positionals.length > 0) input.files = positionals;
  return input;
}
