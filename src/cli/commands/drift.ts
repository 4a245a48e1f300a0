import { safeJson } from '../../core/sanitise.js';
import { drift } from '../../operations/drift.js';
import { driftText, mendingScript } from '../../report/drift-text.js';
import { type Command, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import {
  choiceFlag,
  databaseFlag,
  jsonFlag,
  outputFlag,
  projectFlag,
  refusePositionals,
  stackFlag,
  throwAwayServerFlag,
} from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper drift`: where models, migration files, history table and live schema disagree. */
export const driftCommand: Command = {
  name: 'drift',
  summary: 'Say where models, migration files, history table and live schema disagree',
  usage: 'lockkeeper drift [flags]',
  flags: {
    against: { type: 'string', value: 'NAME', help: 'NAME of the variable of a second database: compare the two instead of the files' },
    models: { type: 'boolean', help: 'Look at the models too, and run the tool’s own check; this runs code of the project' },
    baseline: { type: 'string', value: 'FILE', help: 'Accepted drift: only what is not in it fails' },
    'write-baseline': { type: 'boolean', help: 'Accept what is there now: write it to the baseline (lockkeeper-drift.json)' },
    sql: {
      type: 'string',
      value: 'SIDE',
      help: 'Print only the SQL that mends everything: of the database (live) or of the files (files)',
    },
    ...stackFlag,
    ...databaseFlag,
    ...throwAwayServerFlag,
    ...jsonFlag,
    ...outputFlag,
    ...projectFlag,
  },
  examples: [
    { line: 'lockkeeper drift --database-env PRODUCTION_URL', says: 'the files, replayed on a throw-away, against production' },
    { line: 'lockkeeper drift --database-env STAGING_URL --against PRODUCTION_URL', says: 'two databases' },
    { line: 'lockkeeper drift --baseline lockkeeper-drift.json', says: 'in CI: exit code 1 for new drift only' },
  ],
  async run(values, positionals, surroundings) {
    refusePositionals('drift', positionals);
    const side = choiceFlag(values, 'sql', ['live', 'files']);
    const answer = await drift(
      {
        project: textFlag(values, 'project') ?? '.',
        stack: textFlag(values, 'stack'),
        databaseVariable: textFlag(values, 'database-env'),
        against: textFlag(values, 'against'),
        models: values.models === true,
        baseline: textFlag(values, 'baseline'),
        writeBaseline: values['write-baseline'] === true,
        throwAwayVariable: textFlag(values, 'throwaway-server-env'),
      },
      surroundings,
    );
    const text = values.json
      ? `${safeJson(answer, 2)}\n`
      : side === undefined
        ? driftText(answer, paperOf(process.stdout, surroundings.environment))
        : mendingScript(answer.mend[side]);
    return { text, exitCode: answer.inStep ? exitCodes.fine : exitCodes.findings };
  },
};
