/** `makemigrations --check --dry-run`: models against migration files. */
import type { ToolCheck } from '../../core/drift.js';
import { toolCheck } from '../run/check.js';
import type { ThrowAwayTarget, ToolCall } from '../tool.js';
import { manage } from './command.js';

/** Writes nothing. Exit code 1 means that a migration would be made; what it would hold is in the output. */
export async function checkDjango(call: ToolCall, { address }: ThrowAwayTarget): Promise<ToolCheck> {
  const result = await manage(call, address, ['makemigrations', '--check', '--dry-run', '--noinput', '-v', '2']);
  return toolCheck(result, 'the models and the migration files', result.exitCode === 1 && /^Migrations for /m.test(result.said));
}
