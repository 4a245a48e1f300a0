import { sanitise, sanitiseLine } from '../core/sanitise.js';

/**
 * Text of unknown origin as plain text in Markdown: no markup, no HTML, nobody mentioned, no link made.
 *
 * @param text anything; line breaks become spaces
 */
export function escapeMarkdown(text: string): string {
  return sanitiseLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '&#64;')
    .replace(/[\\`*_{}[\]|~]/g, '\\$&')
    .replace(/^(\s*)([#+-]|\d+[.)])/, '$1\\$2')
    .replace(/#(?=\d)/g, '&#35;')
    .replace(/(https?|ftp):\/\//gi, '$1:&#47;&#47;')
    .replace(/\bwww\./gi, 'www&#46;');
}

/** Text as code within a line. */
export function codeSpan(text: string): string {
  const line = sanitiseLine(text).replace(/\|/g, '¦');
  const ticks = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '' : `${ticks}${space}${line}${space}${ticks}`;
}

/** Text as a block of code that nothing in it can end. */
export function fence(text: string, language: string): string {
  const clean = sanitise(text);
  const ticks = '`'.repeat(Math.max(3, longestRun(clean) + 1));
  return `${ticks}${language}\n${clean}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
