import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import type { Facts } from '../core/facts.js';
import type { CatalogState } from '../sql/catalog/types.js';
import type { OperationContext } from './context.js';
import type { ReadApplied } from './gather/stack-migrations.js';

/** What a read-only look at the target gave. Everything is null without a connection. */
export interface Target {
  facts: Facts | null;
  catalog: CatalogState | null;
  readApplied: ReadApplied | null;
  problems: LockkeeperProblem[];
}

const nothingKnown: Target = { facts: null, catalog: null, readApplied: null, problems: [] };

export async function withTarget<Answer>(input: { databaseVariable?: string }, _context: OperationContext, use: (target: Target) => Promise<Answer>): Promise<Answer> {
  if (input.databaseVariable !== undefined) throw new LockkeeperError('DATABASE_UNREACHABLE', 'stub', 'stub');
  return use(nothingKnown);
}

export async function tryTarget(_variable: string, _context: OperationContext): Promise<string> {
  throw new LockkeeperError('DATABASE_UNREACHABLE', 'stub', 'stub');
}
