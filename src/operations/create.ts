import { LockkeeperError } from '../core/errors.js';
import type { CreatedMigration } from '../orms/tool.js';
import type { OperationContext } from './context.js';
import { openStack } from './stack-call.js';
import { withThrowAway } from './throw-away.js';

export interface CreateInput {
  project?: string;
  stack?: string;
  /** Words of the name: `add status`. */
  name: string;
  /** Up SQL; without it the tool makes the migration from the models. */
  sql?: string;
  down?: string;
  /** Answers to "renamed, or dropped and created?": `users.name=users.full_name`. */
  renames?: string[];
  /** Django's app. */
  place?: string;
  /** Environment variable with the address of a server for throw-away databases; the embedded one when absent. */
  throwAwayVariable?: string;
}

export interface Created extends CreatedMigration {
  stack: string;
}

/**
 * Writes a new migration in the tool's own format. Overwrites nothing; where the tool must compare models, it does so
 * on a throw-away database, never on a real one.
 *
 * @throws LockkeeperError BAD_USAGE, NOT_OFFERED, WOULD_OVERWRITE, NOTHING_TO_DO, TOOL_FAILED, TOOL_NOT_FOUND
 */
export async function create(input: CreateInput, context: OperationContext): Promise<Created> {
  const name = nameOf(input.name);
  const { tool, call } = await openStack(input, context);
  if (tool.create === undefined)
    throw new LockkeeperError('NOT_OFFERED', `${tool.name} migrations cannot be written yet.`, 'Write it by hand.');
  const write = tool.create.bind(tool);
  const wanted = {
    name,
    sql: input.sql ?? null,
    down: input.down ?? null,
    outsideTransaction: await needsNoTransaction([input.sql, input.down]),
    renames: (input.renames ?? []).map(rename),
    now: context.now?.() ?? new Date(),
    place: input.place ?? null,
  };
  const created =
    wanted.sql === null
      ? await withThrowAway(input.throwAwayVariable, context, (opened) => write(call, wanted, opened.target))
      : await write(call, wanted, null);
  return { stack: call.stack.id, ...created };
}

function nameOf(text: string): string {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
  if (/^[a-z][a-z0-9_]{0,99}$/.test(name)) return name;
  throw new LockkeeperError(
    'BAD_USAGE',
    'The name is not made of letters, digits and spaces.',
    'Give words such as "add status to users".',
  );
}

function rename(text: string): { from: string; to: string } {
  const [from = '', to = '', more] = text.split('=').map((each) => each.trim());
  if (from !== '' && to !== '' && more === undefined) return { from, to };
  throw new LockkeeperError('BAD_USAGE', `${text} is no rename.`, 'Write OLD=NEW, e.g. users.name=users.full_name.');
}

/** True when PostgreSQL refuses a statement of the scripts inside a transaction block. */
async function needsNoTransaction(scripts: readonly (string | undefined)[]): Promise<boolean> {
  const { loadJudge } = await import('../rules/judge.js');
  const judge = await loadJudge();
  return scripts.some((sql) => {
    if (sql === undefined || sql.trim() === '') return false;
    const unit = { migration: null, file: null, firstLine: 1, sql, direction: 'up', transactionMode: 'none', judged: true } as const;
    const { statements, unanalysed } = judge({ version: 18, units: [unit], historyIsComplete: false, facts: null }, {});
    const broken = unanalysed.find((each) => each.reason.startsWith('cannot be parsed'));
    if (broken)
      throw new LockkeeperError('BAD_USAGE', `The SQL ${broken.reason}.`, 'Mend it, then create the migration again; nothing was written.');
    if (/^\s*do\b[\s\S]*\bcommit\b/i.test(sql)) return true;
    return statements.some((statement) => statement.effects?.runsInTransaction === false);
  });
}
