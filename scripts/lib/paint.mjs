const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** What the demo prints on. */
export const paper = { colour, width: process.stdout.isTTY ? Math.min(process.stdout.columns || 100, 120) : 100 };

/** A heading over a part of the demo. */
export function heading(text) {
  const line = '─'.repeat(Math.max(0, paper.width - text.length - 4));
  say(`\n${bold(`── ${text} ${line}`)}\n`);
}

/** Says something on the terminal. */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Bold where the terminal can. */
export function bold(text) {
  return colour ? `\u001b[1m${text}\u001b[22m` : text;
}
