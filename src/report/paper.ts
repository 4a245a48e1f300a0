import { stripVTControlCharacters } from 'node:util';

/** How a terminal wants its text. */
export interface Paper {
  colour: boolean;
  /** Columns. */
  width: number;
}

/** Plain text of a width that suits files and logs. */
export const plainPaper: Paper = { colour: false, width: 100 };

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

export type Ink = keyof typeof codes;

/** Text in colours, where the paper takes them. */
export function paint(paper: Paper, text: string, ...inks: Ink[]): string {
  if (!paper.colour || text === '') return text;
  return inks.reduce((painted, ink) => `\u001b[${codes[ink][0]}m${painted}\u001b[${codes[ink][1]}m`, text);
}

/**
 * Breaks text into lines that fit, each indented. Words longer than a line stay whole: a broken name cannot be copied.
 *
 * @param indent columns left free at the left
 */
export function wrap(paper: Paper, text: string, indent: number): string {
  const room = Math.max(20, paper.width - indent);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ').filter((each) => each !== '')) {
      if (line !== '' && columns(line) + 1 + columns(word) > room) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line)).join('\n');
}

/** Lines as they are, indented. */
export function indentLines(text: string, indent: number): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(indent) + line))
    .join('\n');
}

/** Columns a text takes; wide East Asian letters take two. */
export function columns(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Left and right text on one line, when both fit; otherwise below each other. */
export function spread(paper: Paper, left: string, right: string): string {
  const gap = paper.width - columns(left) - columns(right);
  return gap >= 2 ? left + ' '.repeat(gap) + right : `${left}\n${wrap(paper, right, 2)}`;
}
