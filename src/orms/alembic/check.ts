/** `alembic check`: models against a database at head. */
import type { ToolCheck } from '../../core/drift.js';
import { toolCheck } from '../run/check.js';
import type { ThrowAwayTarget, ToolCall } from '../tool.js';
import { alembic } from './command.js';

/** Since Alembic 1.9. It needs a database that has all revisions; it gets a throw-away. */
export async function checkAlembic(call: ToolCall, { address }: ThrowAwayTarget): Promise<ToolCheck> {
  const compares = 'the models and a database made by all revisions';
  const upgraded = await alembic(call, address, ['upgrade', 'heads']);
  if (upgraded.exitCode !== 0) return toolCheck(upgraded, compares, false);
  const result = await alembic(call, address, ['check']);
  if (/invalid choice: '?check'?/.test(result.said))
    return { command: result.command, verdict: 'not offered', compares, said: 'This version has no check; it came with 1.9.' };
  return toolCheck(result, compares, /New upgrade operations detected/.test(result.said));
}
