/** What a tool's own check said, as data. */
import type { ToolCheck } from '../../core/drift.js';
import type { ChildResult } from './child.js';

/**
 * @param compares what the command compares, one sentence
 * @param differs true when the exit of the command means that there is a difference, and not that it failed
 */
export function toolCheck(result: ChildResult, compares: string, differs: boolean): ToolCheck {
  const verdict = result.exitCode === 0 ? 'agrees' : differs ? 'differs' : 'failed';
  return { command: result.command, verdict, compares, said: result.said };
}
