/** One command of a shell line, without its operators. */
export interface ShellCommand {
  /** Words without their quotes. A substitution or a variable stays as it is written. */
  words: string[];
  /** Text that it gets on standard input, where the line says it (`<<<`, a here-document). */
  input: string | null;
  /** File that it reads as standard input. */
  inputFile: string | null;
  /** It reads what the command before it writes. */
  piped: boolean;
}

interface Reading {
  text: string;
  at: number;
  bodies: string[];
  commands: ShellCommand[];
  /** Texts of `$(…)` and backticks: commands of their own. */
  inner: string[];
}

const operators = /^(?:&&|\|\||\|&|;;|[;|&(){}\n])/;

/**
 * The commands of a shell line, those of substitutions included. Enough of the grammar of POSIX shells to see what is run; it runs nothing.
 *
 * @returns null when a quote is not closed: nobody can say what runs
 */
export function shellCommands(line: string): ShellCommand[] | null {
  const bodies: string[] = [];
  const text = line.replace(
    /<<-?[ \t]*(['"]?)(\w+)\1([^\n]*)\n([\s\S]*?)(?:\n[ \t]*\2[ \t]*(?=\n|$)|$)/g,
    (_all, _quote, _end, rest, body) => {
      bodies.push(String(body));
      return ` <<\uE000${bodies.length - 1} ${rest}`;
    },
  );
  const reading: Reading = { text, at: 0, bodies, commands: [], inner: [] };
  if (!readAll(reading)) return null;
  for (const inner of reading.inner) {
    const more = shellCommands(inner);
    if (more === null) return null;
    reading.commands.push(...more);
  }
  return reading.commands;
}

function readAll(reading: Reading): boolean {
  let command = emptyCommand(false);
  while (reading.at < reading.text.length) {
    const rest = reading.text.slice(reading.at);
    const operator = operators.exec(rest)?.[0];
    if (operator !== undefined) {
      if (command.words.length > 0) reading.commands.push(command);
      command = emptyCommand(operator === '|' || operator === '|&');
      reading.at += operator.length;
    } else if (/^[ \t\r]/.test(rest)) reading.at += 1;
    else if (/^\\\n/.test(rest)) reading.at += 2;
    else if (rest.startsWith('#')) reading.at += /^[^\n]*/.exec(rest)?.[0].length ?? 1;
    else if (/^\d*[<>]/.test(rest)) {
      if (!readRedirection(reading, command, rest)) return false;
    } else {
      const word = readWord(reading);
      if (word === null) return false;
      command.words.push(word);
    }
  }
  if (command.words.length > 0) reading.commands.push(command);
  return true;
}

function readRedirection(reading: Reading, command: ShellCommand, rest: string): boolean {
  const sign = /^\d*(?:<<<|<<\uE000|<&|>&|>>|>\||<>|<\(|>\(|<<|[<>])/.exec(rest)?.[0] ?? '<';
  reading.at += sign.length;
  if (sign.endsWith('(')) return true;
  reading.at += /^[ \t]*/.exec(reading.text.slice(reading.at))?.[0].length ?? 0;
  const word = readWord(reading);
  if (word === null) return false;
  if (sign === '<<\uE000') command.input = reading.bodies[Number(word)] ?? null;
  else if (sign === '<<<') command.input = word;
  else if (/^0?<$/.test(sign)) command.inputFile = word;
  return true;
}

/** One word, its quotes taken away; null when a quote is not closed. */
function readWord(reading: Reading): string | null {
  let word = '';
  while (reading.at < reading.text.length) {
    const character = reading.text[reading.at] ?? '';
    if (/[\s;|&(){}<>]/.test(character) && !(character === '{' && word.endsWith('$'))) break;
    const part = character === "'" ? singleQuoted(reading) : character === '"' ? doubleQuoted(reading) : unquoted(reading, character);
    if (part === null) return null;
    word += part;
  }
  return word;
}

function singleQuoted(reading: Reading): string | null {
  const end = reading.text.indexOf("'", reading.at + 1);
  if (end < 0) return null;
  const part = reading.text.slice(reading.at + 1, end);
  reading.at = end + 1;
  return part;
}

function doubleQuoted(reading: Reading): string | null {
  let part = '';
  for (reading.at += 1; reading.at < reading.text.length; ) {
    const character = reading.text[reading.at] ?? '';
    if (character === '"') {
      reading.at += 1;
      return part;
    }
    const next = unquoted(reading, character);
    if (next === null) return null;
    part += next;
  }
  return null;
}

/** One character outside of single quotes, or what it stands for. */
function unquoted(reading: Reading, character: string): string | null {
  const rest = reading.text.slice(reading.at);
  if (character === '\\') {
    reading.at += 2;
    return rest[1] === '\n' ? '' : (rest[1] ?? '');
  }
  if (character === '`') return substitution(reading, 1, rest.indexOf('`', 1));
  if (rest.startsWith('$(')) return substitution(reading, 2, closing(rest));
  const variable = /^\$\{[^}]*\}/.exec(rest)?.[0];
  reading.at += variable?.length ?? 1;
  return variable ?? character;
}

function substitution(reading: Reading, from: number, end: number): string | null {
  if (end < 0) return null;
  const rest = reading.text.slice(reading.at);
  reading.inner.push(rest.slice(from, end));
  reading.at += end + 1;
  return rest.slice(0, end + 1);
}

function closing(text: string): number {
  let depth = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && --depth === 0) return at;
  }
  return -1;
}

function emptyCommand(piped: boolean): ShellCommand {
  return { words: [], input: null, inputFile: null, piped };
}
