import type { Stack } from '../../core/stack.js';
import type { Detection } from '../../operations/detect.js';
import { count } from '../../report/words.js';
import type { DetectionPage } from '../schemas/detection.js';
import type { ToolAnswer } from '../tool.js';
import type { PageRequest } from './assessment-page.js';
import { decodeCursor, encodeCursor, fingerprintOf } from './cursor.js';
import { bytesOf, type Detail, details, mostBytes, shown } from './detail.js';
import { listOf, type Part, takeParts } from './parts.js';
import { shownName, shownNames, shownPlace, shownProblem } from './shorten.js';

/**
 * A detection as a tool answers it: bounded as an assessment is.
 *
 * @throws LockkeeperError CURSOR_INVALID
 */
export function detectionPage(detection: Detection, request: PageRequest): ToolAnswer<DetectionPage> {
  const list = listOf(detection.stacks, shownStack);
  const print = () => fingerprintOf(detection.stacks.map((stack) => `${stack.id} ${stack.migrationCount}`));
  const offsets = request.cursor === undefined ? [0] : decodeCursor(request.cursor, [list.length], print);
  const pageWith = (detail: Detail): ToolAnswer<DetectionPage> => {
    const problems = detection.problems.slice(0, detail.innerList).map((problem) => shownProblem(problem, detail));
    const { taken, parts, next } = takeParts([list], offsets, request.limit, detail.bytes - bytesOf(problems), detail);
    const stacks = (taken[0] ?? []) as Stack[];
    const cut = detection.problems.length - problems.length;
    const structured: DetectionPage = {
      stacks,
      problems,
      page: {
        stacks: parts[0] as Part,
        cursor: next === null ? null : encodeCursor(next, print()),
        shortened: cut > 0 ? [`problems: ${problems.length} of ${detection.problems.length}`] : [],
      },
    };
    return { structured, text: summary(detection, structured, detail) };
  };
  const answer = pageWith(details[request.format]);
  return bytesOf(answer) <= mostBytes ? answer : pageWith(details.minimal);
}

function shownStack(stack: Stack, detail: Detail): Stack {
  const most = detail.innerList;
  return {
    ...stack,
    id: shownName(stack.id),
    folder: shownName(stack.folder),
    toolVersion: stack.toolVersion && shownName(stack.toolVersion),
    workflowNote: stack.workflowNote && shown(stack.workflowNote, detail.sentence),
    migrationFolders: shownNames(stack.migrationFolders, most),
    command: stack.command && shownNames(stack.command, most),
    databaseSetting: stack.databaseSetting && shownName(stack.databaseSetting),
    ...(stack.settings === undefined
      ? {}
      : {
          settings: Object.fromEntries(
            Object.entries(stack.settings)
              .slice(0, most)
              .map(([key, value]) => [shownName(key), shownName(value)]),
          ),
        }),
    heads: shownNames(stack.heads, most),
    evidence: stack.evidence.slice(0, most).map((each) => ({ ...shownPlace(each), what: shown(each.what, detail.sentence) })),
    undetermined: stack.undetermined.slice(0, most).map((text) => shown(text, detail.sentence)),
    problems: stack.problems.slice(0, most).map((problem) => shownProblem(problem, detail)),
  };
}

function summary(detection: Detection, page: DetectionPage, detail: Detail): string {
  const lines = [detection.stacks.length === 0 ? 'No migration tool was found.' : `${count(detection.stacks.length, 'stack')} found.`];
  for (const stack of page.stacks.slice(0, detail.textLines * 2)) {
    const support = stack.supported ? '' : ', recognised but not supported yet';
    lines.push(
      shown(
        `- ${stack.id}: ${stack.dialect}, ${count(stack.migrationCount, 'migration')}${support}${stack.workflowNote ? `. ${stack.workflowNote}` : ''}`.replace(
          /\s+/g,
          ' ',
        ),
        200,
      ),
    );
  }
  if (page.page.cursor !== null) lines.push('page.cursor leads to the next part.');
  return lines.join('\n');
}
