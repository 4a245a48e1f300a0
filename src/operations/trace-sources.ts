import type { Place, Script } from '../core/stack.js';
import type { Judgement } from '../rules/judge.js';
import type { Selection } from './gather/selection.js';

type Places = NonNullable<Script['places']>;

/** Leads statements and findings of rendered SQL back to the line of the source that made them. */
export function traceSources(judgement: Judgement, selections: readonly Selection[]): Judgement {
  const rendered = new Map<string, Places>();
  for (const selection of selections) {
    for (const [key, places] of selection.places) rendered.set(key, places);
  }
  if (rendered.size === 0) return judgement;
  const before = judgement.statements;
  const statements = before.map((statement) => {
    const places = rendered.get(placesKey(statement.migration, statement.direction));
    return places === undefined ? statement : { ...statement, source: placeOf(places, statement.source) };
  });
  const findings = judgement.findings.map((finding) => {
    const at = finding.statement;
    if (at === null || finding.source?.line !== before[at]?.source?.line) return finding;
    return { ...finding, source: statements[at]?.source ?? finding.source };
  });
  const unanalysed = judgement.unanalysed.map((each) => {
    const at = before.findIndex(
      (statement) => !statement.analysed && statement.migration === each.migration && statement.source?.line === each.source?.line,
    );
    return at === -1 ? each : { ...each, source: statements[at]?.source ?? each.source };
  });
  return { ...judgement, statements, findings, unanalysed };
}

/** Key of a script among those of an assessment. */
export function placesKey(migration: string | null, direction: 'up' | 'down'): string {
  return `${direction} ${migration ?? ''}`;
}

function placeOf(places: Places, source: Place | null): Place | null {
  if (source === null || source.line === null) return source;
  const line = source.line;
  const found = places.findLast((place) => place.from <= line);
  return found === undefined ? { ...source, line: null } : { file: found.file, line: found.line };
}
