import { LockkeeperError } from '../../core/errors.js';
import type { AssessInput } from '../assess-input.js';
import type { OperationContext } from '../context.js';
import { gatherBranch } from './branch.js';
import { gatherFiles } from './files.js';
import { toolRenderer } from './render-stack.js';
import { type Gathered, looseSelection } from './selection.js';
import { gatherText, textUnit } from './sql-text.js';
import { gatherStack } from './stack-migrations.js';
import { placePath, readTextFile } from './text-file.js';
import type { UnitOptions } from './units.js';

/**
 * Finds what is to be judged.
 *
 * @param live true when the schema comes from a live catalog, which then stands for the history
 * @throws LockkeeperError BAD_USAGE and every problem that leaves nothing to judge
 */
export async function gather(input: AssessInput, root: string, context: OperationContext, live: boolean): Promise<Gathered> {
  checkSources(input);
  const options: UnitOptions = {
    includeDown: input.includeDown ?? true,
    withHistory: input.schema === undefined && !live,
    ...(input.transaction ? { transaction: input.transaction } : {}),
    ...(input.dialect ? { dialect: input.dialect } : {}),
    ...(input.render ? { render: toolRenderer(input.throwAwayVariable, context) } : {}),
  };
  const gathered = await fromSource(input, root, context, options);
  if (input.schema !== undefined) await startFromSchema(gathered, input.schema, root, context);
  return gathered;
}

function fromSource(input: AssessInput, root: string, context: OperationContext, options: UnitOptions): Promise<Gathered> {
  if (input.sql !== undefined) return gatherText(input.sql, input, root, options);
  if (input.files !== undefined) return gatherFiles(input.files, root, options, context);
  if (input.base !== undefined) return gatherBranch(input.base, input.stack, root, options, context);
  return gatherStack(input, root, options, context);
}

function checkSources(input: AssessInput): void {
  const ofStack = input.pending === true || input.migrations !== undefined || input.applied !== undefined;
  const given = [
    input.sql !== undefined ? 'SQL text' : null,
    input.files !== undefined ? 'files' : null,
    input.base !== undefined ? 'a base' : null,
    ofStack ? 'migrations of a stack' : null,
  ].filter((source) => source !== null);
  if (given.length > 1) throw new LockkeeperError('BAD_USAGE', `Give one source, not ${given.join(' and ')}.`, 'Ask once for each.');
  if (given.length === 0 && input.stack === undefined) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'Nothing was named to judge.',
      'Name files or folders, SQL text (--sql), a stack (--stack), or what the branch started from (--base).',
    );
  }
  if (input.sql?.trim() === '') throw new LockkeeperError('BAD_USAGE', 'The SQL text is empty.', 'Give at least one statement.');
  if (input.files !== undefined && input.stack !== undefined) {
    throw new LockkeeperError(
      'BAD_USAGE',
      'Files find their stack themselves.',
      'Leave the stack out, or name its migrations instead of files.',
    );
  }
  if (input.migrations !== undefined && (input.pending || input.applied !== undefined)) {
    throw new LockkeeperError('BAD_USAGE', 'Migrations are either named or pending.', 'Leave out one of the two.');
  }
}

async function startFromSchema(gathered: Gathered, path: string, root: string, context: OperationContext): Promise<void> {
  const place = await placePath(root, context.workingFolder, path);
  if (place.kind === 'folder')
    throw new LockkeeperError('BAD_USAGE', `${path} is a folder, not a schema file.`, 'Name the SQL file of `pg_dump --schema-only`.', {
      file: path,
    });
  const sql = readTextFile(place);
  if (gathered.selections.length === 0) gathered.selections.push(looseSelection('postgres'));
  for (const selection of gathered.selections) {
    if (selection.dialect !== 'postgres') continue;
    selection.units.unshift({
      ...textUnit(sql, { includeDown: true, withHistory: false }, place.shown),
      transactionMode: 'none',
      judged: false,
    });
    selection.historyIsComplete = true;
  }
}
