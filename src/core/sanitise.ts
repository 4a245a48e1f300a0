/**
 * Texts that come from files and databases are shown to people and to models. What could move the cursor, turn the
 * direction of the text, or hide characters is taken out before it is shown.
 */

// Written as escapes, so that this file itself holds none of them.
const escapeSequence = new RegExp('\\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[@-Z\\\\-_])', 'g');
/** JSON itself escapes what stands below a space; what is left begins with DEL. A quick look, for answers of many megabytes. */
const mayHide = new RegExp('[\\u007f-\\uffff]');
const control = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]', 'g');
const invisible = new RegExp(
  '[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]',
  'gu',
);

/**
 * Text that is safe to show, line breaks and tabs kept.
 *
 * @param text anything from a file, a database or a tool
 */
export function sanitise(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(escapeSequence, '').replace(control, '').replace(invisible, '');
}

/** The same on one line: every run of white space becomes one space. */
export function sanitiseLine(text: string): string {
  return sanitise(text.replace(/[\r\n\t]/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();
}

/** The same, cut to a length with an ellipsis. */
export function excerpt(text: string, length: number): string {
  const line = sanitiseLine(text);
  const characters = Array.from(line);
  return characters.length <= length ? line : `${characters.slice(0, Math.max(1, length - 1)).join('')}…`;
}

/** JSON with everything escaped that `sanitise` takes out: parsed again, it is the same value. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return mayHide.test(text) ? text.replace(control, escapeUnit).replace(invisible, escapeUnit) : text;
}

function escapeUnit(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}
