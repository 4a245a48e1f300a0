import type { Drift, DriftDifference, DriftMending } from '../../core/drift.js';
import type { DriftPage } from '../schemas/drift.js';
import type { ToolAnswer } from '../tool.js';
import type { PageRequest } from './assessment-page.js';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.js';
import { bytesOf, type Detail, details, mostBytes, shown } from './detail.js';
import { listOf, type Part, takeParts } from './parts.js';
import { shownName, shownNames, shownProblem } from './shorten.js';

/**
 * Drift as a tool answers it: bounded, new differences before accepted ones.
 *
 * @throws LockkeeperError CURSOR_INVALID
 */
export function driftPage(drift: Drift, request: PageRequest): ToolAnswer<DriftPage> {
  const newFirst = [...drift.differences].sort((a, b) => Number(a.accepted) - Number(b.accepted));
  const list = listOf(newFirst, shownDifference);
  const print = () => fingerprintOf(newFirst.map((each) => `${each.fingerprint} ${each.accepted}`));
  const offsets = request.cursor === undefined ? [0] : decodeCursor(request.cursor, [list.length], print);
  const pageWith = (detail: Detail): ToolAnswer<DriftPage> => {
    const inner = detail.innerList;
    const rest = {
      mend: { live: shownMending(drift.mend.live, detail), files: drift.mend.files && shownMending(drift.mend.files, detail) },
      pending: shownNames(drift.pending, inner),
      checks: drift.checks.slice(0, inner).map((check) => ({
        ...check,
        command: check.command.map((word) => shown(word, detail.sentence)),
        said: shown(check.said, detail.sql),
      })),
      notCompared: shownNames(drift.notCompared, inner),
      staleBaseline: drift.staleBaseline.slice(0, inner),
      problems: drift.problems.slice(0, inner).map((each) => shownProblem(each, detail)),
      sources: drift.sources.map((each) => ({ ...each, what: shown(each.what, detail.sentence) })),
    };
    const room = Math.max(800, detail.bytes - bytesOf(rest));
    const { taken, parts, next } = takeParts([list], offsets, request.limit, room, detail);
    const cut = (name: string, whole: number, part: number): string => (whole > part ? `${name}: ${part} of ${whole}` : '');
    const structured: DriftPage = {
      ...drift,
      ...rest,
      differences: (taken[0] ?? []) as DriftPage['differences'],
      page: {
        differences: parts[0] as Part,
        cursor: next === null ? null : encodeCursor(next, print()),
        shortened: [
          cut('mend.live.sql', drift.mend.live.sql.length, rest.mend.live.sql.length),
          cut('mend.files.sql', drift.mend.files?.sql.length ?? 0, rest.mend.files?.sql.length ?? 0),
          cut('pending', drift.pending.length, rest.pending.length),
          cut('notCompared', drift.notCompared.length, rest.notCompared.length),
          cut('staleBaseline', drift.staleBaseline.length, rest.staleBaseline.length),
          cut('problems', drift.problems.length, rest.problems.length),
        ].filter((text) => text !== ''),
      },
    };
    return { structured, text: summary(structured, detail) };
  };
  const answer = pageWith(details[request.format]);
  return bytesOf(answer) <= mostBytes ? answer : pageWith(details.minimal);
}

function shownMending(mending: DriftMending, detail: Detail): DriftMending {
  return {
    sql: mending.sql.slice(0, detail.innerList).map((sql) => shown(sql, detail.sql)),
    loses: shownNames(mending.loses, detail.innerList),
    byHand: mending.byHand && shown(mending.byHand, detail.sentence),
  };
}

function shownDifference(difference: DriftDifference, detail: Detail): DriftDifference {
  return {
    ...difference,
    object: shownName(difference.object),
    properties: difference.properties.slice(0, detail.innerList).map(({ property, values }) => ({
      property: shownName(property),
      values: Object.fromEntries(
        Object.entries(values).map(([source, value]) => [source, value == null ? null : shown(value, detail.sentence)]),
      ),
    })),
    cause: {
      ...difference.cause,
      migration: difference.cause.migration && shownName(difference.cause.migration),
      why: shown(difference.cause.why, detail.sentence),
    },
    mend: {
      live: difference.mend.live && shownMending(difference.mend.live, detail),
      files: difference.mend.files && shownMending(difference.mend.files, detail),
    },
  };
}

function summary(drift: DriftPage, detail: Detail): string {
  const { counts } = drift;
  const what = drift.stack ?? `${drift.databases.live} against ${drift.databases.other}`;
  const lines = [
    counts.differences === 0
      ? `${what}: no drift.`
      : `${what}: ${counts.differences} differences, ${counts.new} new, ${counts.accepted} accepted.`,
  ];
  for (const each of drift.differences.slice(0, detail.textLines))
    lines.push(`- ${each.kind} ${each.object} (in ${each.presentIn.join(', ') || 'none'}): ${shown(each.cause.why, 200)}`);
  if (counts.pending > 0) lines.push(`${counts.pending} migrations are not applied yet: no drift.`);
  if (drift.page.cursor !== null) lines.push('page.cursor leads to the next part.');
  return lines.join('\n');
}
