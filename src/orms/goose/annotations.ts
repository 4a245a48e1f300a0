/** Splits a goose file into its Up and Down sections. Grammar measured and read in goose v3.27 (internal/sqlparser). */
import type { Script } from '../../core/stack.js';
import { expand } from './substitution.js';

export interface GooseFile {
  up: Script | null;
  down: Script | null;
  noTransaction: boolean;
  /** Variables that ENVSUB replaces; null when it is never on. */
  substituted: string[] | null;
  notes: { message: string; line: number | null }[];
  /** What goose refuses. */
  errors: { message: string; line: number }[];
}

/** Compared without regard to case, as goose does. */
const known = ['Up', 'Down', 'StatementBegin', 'StatementEnd', 'NO TRANSACTION', 'ENVSUB ON', 'ENVSUB OFF'];

/**
 * Parses a file. Lines keep their place: annotation lines inside a section become blank.
 *
 * @param file repository path, for the scripts
 * @param text content
 * @param fill puts values into a line where ENVSUB is on; without it the line stays as it is written
 */
export function parseGoose(file: string, text: string, fill: (line: string) => string = (line) => line): GooseFile {
  const result: GooseFile = { up: null, down: null, noTransaction: false, substituted: null, notes: [], errors: [] };
  const sections: Record<'up' | 'down', { line: number; lines: string[] } | null> = { up: null, down: null };
  let section: 'up' | 'down' | null = null;
  let statement: number | null = null;
  let substitute = false;
  let body: string | null = null;
  /** Line at which a statement without its semicolon starts. */
  let unfinished: number | null = null;
  const finish = (): void => {
    if (unfinished !== null) result.errors.push({ message: 'a statement without a semicolon at its end', line: unfinished });
    unfinished = null;
  };
  text.split('\n').forEach((raw, index) => {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed.startsWith('--') && trimmed.includes('+goose')) {
      const written = trimmed.replaceAll('--', '').replace('+goose', '').trim();
      const command = known.find((each) => each.toLowerCase() === written.toLowerCase());
      if (/^[ \t]/.test(raw)) result.errors.push({ message: 'an annotation must not be indented', line });
      if (command === undefined) result.errors.push({ message: 'unknown goose annotation', line });
      if (command === 'NO TRANSACTION') result.noTransaction = true;
      if (command?.startsWith('ENVSUB')) {
        substitute = command === 'ENVSUB ON';
        if (substitute) result.substituted ??= [];
      }
      if (command === 'StatementBegin') {
        if (statement !== null) result.errors.push({ message: 'StatementBegin inside a statement', line });
        statement = line;
      }
      if (command === 'StatementEnd') {
        if (statement === null) result.errors.push({ message: 'StatementEnd without StatementBegin', line });
        statement = null;
      }
      if (command === 'Up' || command === 'Down') {
        const next = command === 'Up' ? 'up' : 'down';
        finish();
        if (statement !== null) result.errors.push({ message: `${command} inside a statement`, line });
        if (sections[next] !== null || (next === 'up' && section === 'down'))
          result.errors.push({ message: `${command} stands twice or in the wrong place`, line });
        else if (next === 'down' && section === null) result.errors.push({ message: 'Down before Up', line });
        sections[next] ??= { line: line + 1, lines: [] };
        section = next;
        statement = null;
        body = null;
      } else if (section !== null) sections[section]!.lines.push(raw.endsWith('\r') ? '\r' : '');
      return;
    }
    if (section === null) {
      if (trimmed !== '' && !trimmed.startsWith('--')) result.errors.push({ message: 'text before "-- +goose Up"', line });
      return;
    }
    sections[section]!.lines.push(substitute ? fill(raw) : raw);
    if (substitute) {
      expand(raw, ({ name, written }) => {
        result.substituted!.push(name);
        return { literally: written };
      });
      if (/\$\$/.test(raw)) result.notes.push({ message: 'ENVSUB turns $$ into $: goose sends the body without its dollar quotes', line });
    }
    if (statement === null) {
      const code = raw
        .trimEnd()
        .replace(/(^|\s)--.*$/, '')
        .trim();
      if (code.endsWith(';')) unfinished = null;
      else if (code !== '') unfinished ??= line;
      const inside = body;
      body = openBody(raw, body);
      // goose ends a statement at a line that ends with a semicolon, dollar quotes or not.
      if (inside !== null && body !== null && /;\s*$/.test(raw.trimEnd().replace(/--.*$/, ''))) {
        result.notes.push({
          message: 'a dollar-quoted body outside StatementBegin and StatementEnd: goose cuts it at this semicolon',
          line,
        });
        body = null;
      }
    }
  });
  finish();
  if (statement !== null) result.errors.push({ message: 'StatementBegin without StatementEnd', line: statement });
  if (sections.up === null) result.errors.push({ message: 'there is no "-- +goose Up"', line: 1 });
  for (const name of ['up', 'down'] as const) {
    const found = sections[name];
    if (found !== null) result[name] = { file, line: found.line, sql: found.lines.join('\n') };
  }
  if (result.substituted !== null) {
    result.substituted = [...new Set(result.substituted)];
    result.notes.push({
      message: `templated: ENVSUB replaces ${result.substituted.join(', ') || 'variables'} from the environment`,
      line: null,
    });
  }
  if (result.down === null && result.up !== null)
    result.notes.push({ message: 'no Down section: goose down deletes the record and undoes nothing', line: null });
  return result;
}

/** Tag of the dollar quote that is open after a line. */
function openBody(line: string, open: string | null): string | null {
  let current = open;
  for (const [tag] of line
    .trimEnd()
    .replace(/--.*$/, '')
    .matchAll(/\$(?:[A-Za-z_]\w*)?\$/g)) {
    if (current === null) current = tag;
    else if (current === tag) current = null;
  }
  return current;
}
