import { verifyLines, type JournalReport } from '../approve/journal.js';
import type { JournalLine } from '../approve/index.js';
import type { OperationContext } from './context.js';
import { readFile } from 'node:fs/promises';
import { LockkeeperError } from '../core/errors.js';
import { openStore } from './run-plan-store.js';

/** Follows the chain of the journal of this user, or of an exported one. Throws LockkeeperError STORE_UNSAFE, PATH_NOT_FOUND. */
export async function auditVerify(file: string | undefined, context: OperationContext): Promise<JournalReport> {
  if (file === undefined) return (await openStore(null, context)).state.journal.verify();
  const text = await readFile(file, 'utf8').catch(() => {
    throw new LockkeeperError('PATH_NOT_FOUND', `There is no file ${file}.`, 'Name a file that `lockkeeper audit export` wrote.');
  });
  return verifyLines(text.split('\n').filter((line) => line !== ''));
}

/** Lines of the journal, oldest first. Throws LockkeeperError STORE_UNSAFE. */
export async function auditLines(filter: { planId?: string; last?: number }, context: OperationContext): Promise<JournalLine[]> {
  const lines = await (await openStore(null, context)).state.journal.lines();
  const chosen = filter.planId === undefined ? lines : lines.filter((line) => line.planId === filter.planId);
  return filter.last === undefined ? chosen : chosen.slice(-filter.last);
}
