/** The revision graph: order, heads, and what is wrong with it. */
import type { LockkeeperProblem } from '../../core/errors.js';
import { byText } from '../paths.js';
import type { Revision } from './revisions.js';

export interface RevisionGraph {
  /** Parents before children; branches one after the other. */
  ordered: Revision[];
  heads: string[];
  problems: LockkeeperProblem[];
}

/** Orders revisions; a short identifier that is the start of exactly one revision counts as that one, as in Alembic. */
export function revisionGraph(revisions: Revision[]): RevisionGraph {
  const problems: LockkeeperProblem[] = [];
  const byId = new Map<string, Revision>();
  for (const revision of revisions) {
    const other = byId.get(revision.id);
    if (other === undefined) byId.set(revision.id, revision);
    else
      problems.push({
        code: 'MIGRATION_ORDER',
        message: `Revision ${revision.id} is present twice: ${other.file} and ${revision.file}.`,
        next: 'Give the one that nobody applied a new identifier.',
        file: revision.file,
        line: revision.line,
      });
  }
  const labels = new Map(revisions.flatMap((revision) => revision.labels.map((label) => [label, revision.id] as const)));
  const resolve = (name: string): string | null => {
    if (byId.has(name)) return name;
    const labelled = labels.get(name.replace(/@(head|base)?$/, ''));
    if (labelled !== undefined) return labelled;
    const started = [...byId.keys()].filter((id) => id.startsWith(name) && name.length >= 4);
    return started.length === 1 ? started[0]! : null;
  };
  for (const revision of byId.values()) {
    for (const name of [...revision.down, ...revision.dependsOn]) {
      if (resolve(name) !== null) continue;
      problems.push({
        code: 'MIGRATION_NOT_FOUND',
        message: `Revision ${revision.id} follows ${name}, which no file has.`,
        next: 'Restore the file from version control, or correct down_revision if this one was never applied.',
        file: revision.file,
        line: revision.line,
      });
    }
  }
  const parents = (revision: Revision): string[] => [...revision.down, ...revision.dependsOn].flatMap((name) => resolve(name) ?? []);
  const { ordered, cyclic } = sorted([...byId.values()], parents);
  if (cyclic.length > 0) {
    problems.push({
      code: 'MIGRATION_ORDER',
      message: `Revisions follow each other in a circle: ${cyclic
        .slice(0, 5)
        .map((each) => each.id)
        .join(', ')}.`,
      next: 'Correct down_revision in one of them.',
      file: cyclic[0]!.file,
      line: cyclic[0]!.line,
    });
  }
  const followed = new Set(revisions.flatMap((revision) => revision.down.map(resolve)));
  const heads = [...ordered, ...cyclic].map((revision) => revision.id).filter((id) => !followed.has(id));
  return { ordered: [...ordered, ...cyclic], heads, problems };
}

/** Depth first, so that a branch stays together; ready revisions in the order of their file names. */
function sorted(revisions: Revision[], parents: (revision: Revision) => string[]): { ordered: Revision[]; cyclic: Revision[] } {
  const open = new Map(revisions.map((revision) => [revision.id, new Set(parents(revision))]));
  const children = new Map<string, Revision[]>();
  for (const revision of revisions)
    for (const parent of open.get(revision.id)!) children.set(parent, [...(children.get(parent) ?? []), revision]);
  const byFile = (a: Revision, b: Revision): number => byText(b.file, a.file); // The last one is taken first.
  const ready = revisions.filter((revision) => open.get(revision.id)!.size === 0).sort(byFile);
  const ordered: Revision[] = [];
  while (ready.length > 0) {
    const revision = ready.pop()!;
    ordered.push(revision);
    const freed = (children.get(revision.id) ?? []).filter((child) => {
      const waiting = open.get(child.id)!;
      return waiting.delete(revision.id) && waiting.size === 0;
    });
    ready.push(...freed.sort(byFile));
  }
  const done = new Set(ordered);
  return { ordered, cyclic: revisions.filter((revision) => !done.has(revision)) };
}
