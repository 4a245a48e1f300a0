/**
 * Turns a pattern over paths or names into a test: `*` is anything within one part, `**` anything, `?` one character.
 *
 * @param pattern as written in the configuration
 */
export function globTest(pattern: string): (text: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (pattern.startsWith('**/', at)) {
      source += '(?:.*/)?';
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      source += '.*';
      at += 1;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else source += character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}
