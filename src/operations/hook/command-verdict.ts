import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Dialect } from '../../core/stack.js';
import { dangers } from '../danger.js';
import { type ShellCommand, shellCommands } from './shell.js';
import { judgeSql } from './sql-verdict.js';
import { aboutDatabases, type HookSurroundings, type Objection } from './verdict.js';

/** Programs that only show or keep text: what they are given runs nothing. */
const harmless = new Set(
  'echo printf grep egrep rg ag ack cat bat git gh glab ls head tail less more man which type whereis cd mkdir touch cp mv wc sort uniq jq tree diff true false sed awk apt apt-get brew'.split(
    ' ',
  ),
);
const shells = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash']);
const wrappers = new Set(['env', 'sudo', 'doas', 'time', 'nohup', 'command', 'exec', 'builtin', 'then', 'do', 'else', 'if', 'while', '!']);
const clients: Record<string, { dialect: Dialect; text: RegExp; file: RegExp | null }> = {
  psql: { dialect: 'postgres', text: /^(?:-[a-zA-Z]*c|--command)(?:=|$)/, file: /^(?:-[a-zA-Z]*f|--file)(?:=|$)/ },
  mysql: { dialect: 'mysql', text: /^(?:-e|--execute)(?:=|$)/, file: null },
  mariadb: { dialect: 'mariadb', text: /^(?:-e|--execute)(?:=|$)/, file: null },
};
const deepest = 5;

/** Why a shell line should not run unasked, or null. Looks through `sh -c`, `&&`, pipes, `env X=…`, runners and package scripts. */
export async function judgeCommand(line: string, around: HookSurroundings, depth = 0): Promise<Objection | null> {
  const commands = depth > deepest ? null : shellCommands(line);
  if (commands === null) return aboutDatabases.test(line) ? unclear('the command cannot be taken apart') : null;
  for (const [at, command] of commands.entries()) {
    const objection = await judgeOne(command, command.piped ? commands[at - 1] : undefined, line, around, depth);
    if (objection) return objection;
  }
  return null;
}

async function judgeOne(
  command: ShellCommand,
  before: ShellCommand | undefined,
  line: string,
  around: HookSurroundings,
  depth: number,
): Promise<Objection | null> {
  const words = unwrapped(command.words);
  const program = basename(words[0] ?? '');
  if (words.length === 0 || harmless.has(program)) return null;
  if (program === 'eval') return judgeCommand(words.slice(1).join(' '), around, depth + 1);
  const shell = words.findIndex((word) => shells.has(basename(word)));
  const script = shell < 0 ? null : scriptOf(words.slice(shell + 1), command, before);
  if (script?.text !== undefined) return judgeCommand(script.text, around, depth + 1);
  if (script?.unknown && aboutDatabases.test(line)) return unclear('a shell reads commands that are not in the line');
  return (
    dangerous(words) ??
    approving(words) ??
    (await client(words, command, before, around)) ??
    (await packageScript(words, around, depth)) ??
    (await wordsThatRun(words, around, depth)) ??
    (/^[$`]/.test(words[0] ?? '') && aboutDatabases.test(line) ? unclear('the program is in a variable') : null)
  );
}

/** Without assignments, reserved words and the wrappers that run the rest. */
function unwrapped(words: readonly string[]): string[] {
  let rest = [...words];
  for (;;) {
    const [first = '', ...more] = rest;
    if (/^[A-Za-z_]\w*=/.test(first)) rest = more;
    else if (wrappers.has(basename(first)))
      rest = more.slice(
        Math.max(
          0,
          more.findIndex((word) => !word.startsWith('-')),
        ),
      );
    else return rest;
  }
}

function scriptOf(words: readonly string[], command: ShellCommand, before: ShellCommand | undefined): { text?: string; unknown?: boolean } {
  const flag = words.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word));
  const text = flag >= 0 ? words[flag + 1] : (command.input ?? printed(before));
  if (text !== undefined && text !== null) return { text };
  return { unknown: command.piped || words.length === 0 };
}

/** What an `echo` or `printf` before a pipe writes. */
function printed(before: ShellCommand | undefined): string | null {
  const [program, ...rest] = before?.words ?? [];
  return program === 'echo' || program === 'printf' ? rest.filter((word) => !/^-[neE]+$/.test(word)).join(' ') : null;
}

function dangerous(words: string[]): Objection | null {
  const text = words.length === 1 ? [`${words[0]} `] : words;
  const [found] = dangers(text).commands;
  if (found) return { decision: 'ask', reason: `lockkeeper: ${found.tool} ${found.command}. ${found.why} Instead: ${found.instead}` };
  const program = basename(words[0] ?? '');
  if (program === 'dropdb' || words.some((word) => basename(word) === 'dropdb'))
    return { decision: 'ask', reason: 'lockkeeper: dropdb deletes a whole database, and nothing brings it back but a backup.' };
  if (program === 'pg_restore' && words.some((word) => /^(?:-[a-zA-Z]*c|--clean|-C|--create)$/.test(word)))
    return { decision: 'ask', reason: 'lockkeeper: pg_restore --clean drops what is there before it restores.' };
  if (/\b(?:manage\.py|django-admin)\b.*\sdbshell\b/.test(words.join(' '))) return unclear('dbshell runs SQL that is not in the line');
  return null;
}

/** An agent that answers for the human is what approvals are against. */
function approving(words: readonly string[]): Objection | null {
  const at = words.findIndex(
    (word) =>
      /^lockkeeper(?:@.*)?$|^lockkeeper\/dist\/cli\.js$/.test(word.split('/').slice(-3).join('/')) || basename(word) === 'lockkeeper',
  );
  const [name, what] = at < 0 ? [] : words.slice(at + 1);
  if (name === 'runner')
    return { decision: 'ask', reason: 'lockkeeper runner runs an approved plan where the credentials are: a human starts it.' };
  if (name !== 'approve' || ['show', 'approvers', 'decline', 'export', 'target', '--help', undefined].includes(what)) return null;
  return {
    decision: 'deny',
    reason: 'lockkeeper approve is for the human, in a terminal of their own. Tell them the command; do not type it.',
  };
}

async function client(
  words: string[],
  command: ShellCommand,
  before: ShellCommand | undefined,
  around: HookSurroundings,
): Promise<Objection | null> {
  const at = words.findIndex((word) => Object.hasOwn(clients, basename(word)) || basename(word) === 'sqlite3');
  if (at < 0) return null;
  const name = basename(words[at] ?? '');
  const given = words.slice(at + 1);
  const kind = clients[name] ?? { dialect: 'sqlite' as Dialect, text: /^$/, file: null };
  const texts = name === 'sqlite3' ? given.filter((word) => /\s/.test(word)) : valuesOf(given, kind.text);
  for (const file of [...(kind.file ? valuesOf(given, kind.file) : []), ...(command.inputFile === null ? [] : [command.inputFile])]) {
    const text = await readFile(resolve(around.folder, file), 'utf8').catch(() => null);
    if (text === null) return unclear(`the file ${basename(file)} of ${name} cannot be read`);
    texts.push(text);
  }
  const piped = command.input ?? printed(before);
  if (piped !== null) texts.push(piped);
  else if (before?.words[0] === 'cat' && before.words.length === 2) {
    const text = await readFile(resolve(around.folder, before.words[1] ?? ''), 'utf8').catch(() => null);
    if (text === null) return unclear(`what goes to ${name} cannot be read`);
    texts.push(text);
  } else if (command.piped) return unclear(`what goes to ${name} through the pipe is not in the line`);
  for (const text of texts) {
    const objection = await judgeClientText(text, name, kind.dialect, around);
    if (objection) return objection;
  }
  return null;
}

async function judgeClientText(text: string, name: string, dialect: Dialect, around: HookSurroundings): Promise<Objection | null> {
  if (/^\s*(?:\\(?:d\w*\+?|l\+?|conninfo|x|timing|pset|q)\b[^\n\\]*|\.(?:tables|schema|mode|headers)\b[^\n]*)\s*$/.test(text)) return null;
  if (/[$`]/.test(text) && /\$\(|\$\{|`|\$[A-Z_]{2,}/.test(text)) return unclear(`the SQL of ${name} has parts that the shell puts in`);
  return judgeSql(text, name, dialect, around);
}

function valuesOf(words: readonly string[], flag: RegExp): string[] {
  return words.flatMap((word, at) => {
    if (!flag.test(word)) {
      // psql -c'TEXT' and -fFILE come as one word.
      const glued = /^-([cfe])(.+)$/.exec(word);
      return glued && flag.test(`-${glued[1]}`) ? [glued[2] ?? ''] : [];
    }
    return [word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[at + 1] ?? '')];
  });
}

/** `ssh host '…'`, `script -c '…'`, `node -e '…'`: a word that is a command line itself. */
async function wordsThatRun(words: readonly string[], around: HookSurroundings, depth: number): Promise<Objection | null> {
  for (const word of words) {
    if (!/\s/.test(word) || !(aboutDatabases.test(word) || /\blockkeeper\b/.test(word))) continue;
    const objection = await judgeCommand(word, around, depth + 1);
    if (objection) return objection;
  }
  return null;
}

/** `npm run reset`, `pnpm reset`, `yarn reset`: what package.json says that it is. */
async function packageScript(words: readonly string[], around: HookSurroundings, depth: number): Promise<Objection | null> {
  if (!['npm', 'pnpm', 'yarn', 'bun'].includes(words[0] ?? '')) return null;
  const name = words.slice(1).find((word) => !word.startsWith('-') && !['run', 'run-script'].includes(word));
  if (name === undefined) return null;
  try {
    const { scripts } = JSON.parse(await readFile(resolve(around.folder, 'package.json'), 'utf8')) as { scripts?: Record<string, string> };
    const script = scripts && Object.hasOwn(scripts, name) ? scripts[name] : undefined;
    return typeof script === 'string' ? await judgeCommand(script, around, depth + 1) : null;
  } catch {
    return null;
  }
}

function unclear(why: string): Objection {
  return {
    decision: 'ask',
    reason: `lockkeeper cannot judge this command: ${why}. It names a database tool, so look before you allow it.`,
  };
}
