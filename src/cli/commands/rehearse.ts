import { safeJson } from '../../core/sanitise.js';
import { type RehearseInput, rehearse } from '../../operations/rehearse.js';
import { rehearsalText } from '../../report/rehearsal-text.js';
import { type Command, listFlag, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { choiceFlag, jsonFlag, outputFlag, projectFlag, refusePositionals, stackFlag } from '../shared-flags.js';
import { ProgressLine, paperOf } from '../terminal.js';

/** `lockkeeper rehearse`: pending migrations there and back on a throw-away database. */
export const rehearseCommand: Command = {
  name: 'rehearse',
  summary: 'Run pending migrations there and back on a throw-away database, with rows made up for it',
  usage: 'lockkeeper rehearse [flags]',
  flags: {
    ...stackFlag,
    migrations: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'Migrations to rehearse; the pending ones, or else the newest, when absent',
    },
    applied: { type: 'string', multiple: true, value: 'NAME', help: 'The last applied migration, where no database tells' },
    'database-env': {
      type: 'string',
      value: 'NAME',
      help: 'NAME of the environment variable with the address of the target; only its schema and statistics are read',
    },
    from: { type: 'string', value: 'target|history', help: 'What to start from; the target where one is named' },
    'shadow-url-env': { type: 'string', value: 'NAME', help: 'NAME of the environment variable with a server for throw-away databases' },
    place: { type: 'string', value: 'native|embedded', help: 'Only on a PostgreSQL of this machine, or only on the embedded one' },
    queries: { type: 'string', multiple: true, value: 'FILE', help: 'SQL file with queries of the application; tried before and after' },
    'write-rollback': { type: 'boolean', help: 'Write the rollback SQL that was proven, where the project has none' },
    ...jsonFlag,
    ...outputFlag,
    ...projectFlag,
  },
  examples: [
    { line: 'lockkeeper rehearse', says: 'the newest migration, from the history' },
    {
      line: 'lockkeeper rehearse --database-env STAGING_URL --queries queries.sql',
      says: 'what is pending on staging, from its live schema',
    },
  ],
  async run(values, positionals, surroundings) {
    refusePositionals('rehearse', positionals);
    const given: Partial<Record<keyof RehearseInput, unknown>> = {
      project: textFlag(values, 'project') ?? '.',
      stack: textFlag(values, 'stack'),
      migrations: listFlag(values, 'migrations'),
      applied: listFlag(values, 'applied'),
      databaseVariable: textFlag(values, 'database-env'),
      from: choiceFlag(values, 'from', ['target', 'history']),
      shadowVariable: textFlag(values, 'shadow-url-env'),
      place: choiceFlag(values, 'place', ['native', 'embedded']),
      queries: listFlag(values, 'queries'),
      writeRollback: values['write-rollback'] === true,
    };
    const input = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as RehearseInput;
    const line = new ProgressLine();
    const answer = await rehearse(input, { ...surroundings, progress: line.report }).finally(() => line.clear());
    const text = values.json ? `${safeJson(answer, 2)}\n` : rehearsalText(answer, paperOf(process.stdout, surroundings.environment));
    return { text, exitCode: answer.passed ? exitCodes.fine : exitCodes.findings };
  },
};
