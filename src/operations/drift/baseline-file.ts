import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { DriftDifference } from '../../core/drift.js';
import { LockkeeperError } from '../../core/errors.js';
import { type Baseline, baselineOf, readBaseline } from '../../drift/baseline.js';
import { openProject, type OperationContext } from '../context.js';
import type { DriftInput } from '../drift.js';

const usualName = 'lockkeeper-drift.json';

/** The baseline that was named, or null where none is. A named one that is not there is an error unless it is to be written. */
export async function openBaseline(input: DriftInput, context: OperationContext): Promise<Baseline | null> {
  if (input.baseline === undefined && input.writeBaseline !== true) return null;
  const { path, shown } = await place(input, context);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text !== null) return readBaseline(text, shown);
  if (input.writeBaseline === true) return null;
  throw new LockkeeperError(
    'PATH_NOT_FOUND',
    `There is no baseline ${shown}.`,
    'Write one with --write-baseline, or leave --baseline out.',
  );
}

/** Accepts everything that is there now. */
export async function writeBaseline(
  input: DriftInput,
  context: OperationContext,
  differences: readonly DriftDifference[],
  before: Baseline | null,
): Promise<void> {
  const { path } = await place(input, context);
  await writeFile(path, baselineOf(differences, before));
}

async function place(input: DriftInput, context: OperationContext): Promise<{ path: string; shown: string }> {
  const root = await openProject(input.project, context);
  const shown = input.baseline ?? usualName;
  const path = resolve(root, shown);
  const inside = relative(root, path);
  if (inside.startsWith('..') || isAbsolute(inside))
    throw new LockkeeperError('PATH_OUTSIDE_PROJECT', `${shown} is outside the project.`, 'Keep the baseline in the repository.');
  return { path, shown };
}
