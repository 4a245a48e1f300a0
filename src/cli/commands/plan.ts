import { LockkeeperError } from '../../core/errors.js';
import { safeJson } from '../../core/sanitise.js';
import { decodeText } from '../../operations/gather/text-file.js';
import { plan, type PlanInput } from '../../operations/plan.js';
import { readChanges } from '../../operations/plan-change-schema.js';
import { writePhase } from '../../operations/write-phase.js';
import { planSql, planText } from '../../report/plan-text.js';
import { type Command, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { databaseFlag, jsonFlag, numberFlag, outputFlag, projectFlag, stackFlag, throwAwayServerFlag } from '../shared-flags.js';
import { paperOf } from '../terminal.js';

/** `lockkeeper plan`: the safe way for a change, and its phases as the tool's own files. */
export const planCommand: Command = {
  name: 'plan',
  summary: 'Plan the safe way for a change, and write its phases as the tool’s own migrations',
  usage: 'lockkeeper plan [--change JSON | --sql TEXT | --migration NAME | - | --write PLAN --phase N] [flags]',
  flags: {
    change: {
      type: 'string',
      value: 'JSON',
      help: 'The intent, or a list of them: {"kind":"renameColumn","table":"users","column":"name","to":"full_name"}',
    },
    sql: { type: 'string', value: 'TEXT', help: 'Unsafe SQL to be rewritten' },
    migration: { type: 'string', value: 'NAME', help: 'A migration of the stack to be rewritten' },
    way: { type: 'string', value: 'NAME', help: 'One of the other ways that a plan names' },
    schema: { type: 'string', value: 'FILE', help: 'SQL file with the schema to start from' },
    'server-version': { type: 'string', value: 'N', help: 'Major version of PostgreSQL' },
    render: { type: 'boolean', help: 'Render Python migrations with the real tool; this runs code of the project' },
    write: { type: 'string', value: 'PLAN', help: 'Write a phase of this plan as migrations of the stack' },
    phase: { type: 'string', value: 'N', help: 'Number of the phase to write' },
    app: { type: 'string', value: 'NAME', help: 'Application of Django' },
    'uses-looked-at': { type: 'boolean', help: 'A person looked at the uses that were found: none of them is one' },
    'as-sql': { type: 'boolean', help: 'Print the plan as an SQL script' },
    ...stackFlag,
    ...databaseFlag,
    ...throwAwayServerFlag,
    ...jsonFlag,
    ...outputFlag,
    ...projectFlag,
  },
  examples: [
    { line: `lockkeeper plan --change '{"kind":"renameColumn","table":"users","column":"name","to":"full_name"}'`, says: 'an intent' },
    { line: "lockkeeper plan --sql 'CREATE INDEX i ON users (email)'", says: 'unsafe SQL, rewritten' },
    { line: 'lockkeeper plan --write plan-0123456789abcdef --phase 1', says: 'the first phase as migrations' },
  ],
  async run(values, positionals, surroundings) {
    const paper = paperOf(process.stdout, surroundings.environment);
    const id = textFlag(values, 'write');
    if (id !== undefined) return written(id, values, surroundings);
    const answer = await plan(await inputOf(values, positionals, surroundings), surroundings);
    const text = values.json ? `${safeJson(answer, 2)}\n` : values['as-sql'] ? planSql(answer) : planText(answer, paper);
    return { text, exitCode: answer.status === 'needsFacts' || answer.status === 'refused' ? exitCodes.notJudged : exitCodes.fine };
  },
};

async function written(id: string, values: FlagValues, surroundings: Surroundings) {
  const phase = numberFlag(values, 'phase');
  if (phase === undefined) throw new LockkeeperError('BAD_USAGE', 'Which phase is to be written is missing.', 'Add --phase N.');
  const place = textFlag(values, 'app');
  const answer = await writePhase(
    {
      project: textFlag(values, 'project') ?? '.',
      plan: id,
      phase,
      ...(place === undefined ? {} : { place }),
      usesLookedAt: values['uses-looked-at'] === true,
    },
    surroundings,
  );
  const lines = [...answer.files.map((file) => `${file.change} ${file.path}`), ...answer.modelsNeed, ...answer.notes];
  return { text: values.json ? `${safeJson(answer, 2)}\n` : `${lines.join('\n')}\n`, exitCode: exitCodes.fine };
}

async function inputOf(values: FlagValues, positionals: string[], surroundings: Surroundings): Promise<PlanInput> {
  const change = textFlag(values, 'change');
  const sql = positionals[0] === '-' ? decodeText(await surroundings.readStandardInput(), 'standard input') : textFlag(values, 'sql');
  if (positionals.length > (positionals[0] === '-' ? 1 : 0))
    throw new LockkeeperError('BAD_USAGE', `plan takes no ${positionals[0]}.`, 'Give --change, --sql, --migration or -.');
  const input: PlanInput = { project: textFlag(values, 'project') ?? '.' };
  if (change !== undefined) input.changes = readChanges(parseJson(change));
  if (sql !== undefined) input.sql = sql;
  const version = numberFlag(values, 'server-version');
  if (version !== undefined) input.serverVersion = version;
  if (values.render === true) input.render = true;
  const texts = {
    stack: 'stack',
    migration: 'migration',
    way: 'way',
    schema: 'schema',
    databaseVariable: 'database-env',
    throwAwayVariable: 'throwaway-server-env',
  } as const;
  for (const [key, flag] of Object.entries(texts)) {
    const value = textFlag(values, flag);
    if (value !== undefined) input[key as keyof typeof texts] = value;
  }
  return input;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LockkeeperError(
      'BAD_USAGE',
      '--change is no JSON.',
      `Write it in quotes: --change '{"kind":"dropColumn","table":"users","column":"legacy"}'.`,
    );
  }
}
