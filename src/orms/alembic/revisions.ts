/** Reads revision files statically: identifiers, parents, what the text says of its transaction. */
import type { LockkeeperProblem } from '../../core/errors.js';
import { baseName, byText } from '../paths.js';
import { PythonModule } from '../readers/python-module.js';
import { textOf, textsOf, type Value } from '../readers/value.js';
import type { Repository } from '../repository.js';

export interface Revision {
  id: string;
  file: string;
  line: number;
  /** Line of `down_revision`. */
  downLine: number;
  down: string[];
  dependsOn: string[];
  labels: string[];
  notes: { message: string; line: number | null }[];
}

/**
 * Revisions of some version folders.
 *
 * @param problems takes what could not be analysed
 */
export function readRevisions(repository: Repository, folders: string[], recursive: boolean, problems: LockkeeperProblem[]): Revision[] {
  const files = folders.flatMap((folder) => (recursive ? repository.filesUnder(folder) : repository.filesIn(folder)));
  const revisions: Revision[] = [];
  for (const file of [...new Set(files)].sort(byText)) {
    if (!/\.py$/.test(file) || baseName(file).startsWith('__')) continue;
    const text = readOr(repository, file, problems);
    if (text === null) continue;
    const revision = readRevision(file, text, problems);
    if (revision !== null) revisions.push(revision);
  }
  return revisions;
}

function readOr(repository: Repository, file: string, problems: LockkeeperProblem[]): string | null {
  try {
    return repository.read(file);
  } catch (error) {
    const { problem } = error as { problem?: LockkeeperProblem };
    if (problem !== undefined) problems.push(problem);
    return null;
  }
}

function readRevision(file: string, text: string, problems: LockkeeperProblem[]): Revision | null {
  const module = new PythonModule(text);
  const revision = module.value('revision');
  const id = textOf(revision?.value);
  const down = module.value('down_revision');
  const parents = namesOf(down?.value);
  const problem = (message: string, line: number): void => {
    problems.push({ code: 'NOT_RENDERED', message, next: 'Write the identifiers as literal strings, as Alembic itself does.', file, line });
  };
  if (id === null) {
    problem(
      revision === null ? `${file} sets no revision: Alembic cannot place it.` : `${file} computes its revision: it was not analysed.`,
      revision?.line ?? 1,
    );
    return null;
  }
  if (down === null) problem(`${file} sets no down_revision: Alembic cannot place it.`, revision!.line);
  else if (parents === null) problem(`${file} computes its down_revision: its place in the graph is not known.`, down.line);
  const depends = module.value('depends_on');
  const dependsOn = namesOf(depends?.value);
  if (depends !== null && dependsOn === null) problem(`${file} computes depends_on: its place in the graph is not known.`, depends.line);
  const notes = module.tokens.flatMap((token) =>
    token.type === 'name' && token.text === 'autocommit_block'
      ? [{ message: 'autocommit_block commits everything before it, earlier revisions of the same run included', line: token.line }]
      : [],
  );
  return {
    id,
    file,
    line: revision!.line,
    downLine: down?.line ?? revision!.line,
    down: parents ?? [],
    dependsOn: dependsOn ?? [],
    labels: namesOf(module.value('branch_labels')?.value) ?? [],
    notes: notes.slice(0, 1),
  };
}

/** None, a string, or a tuple or list of strings; null when computed. */
function namesOf(value: Value | undefined): string[] | null {
  if (value === undefined || value.kind === 'null') return [];
  return textsOf(value);
}
