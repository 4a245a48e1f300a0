import type { Command } from './command.js';

export const shells = ['bash', 'zsh', 'fish'] as const;

/** A completion script: commands first, then the flags of the command that is there. */
export function completionScript(shell: (typeof shells)[number], commands: readonly Command[]): string {
  if (shell === 'fish') return fish(commands);
  const cases = commands.map((command) => `    ${command.name}) words="${flagsOf(command).join(' ')}" ;;`);
  const bash = `_lockkeeper() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${commands.map((command) => command.name).join(' ')} help --help --version"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _lockkeeper lockkeeper
`;
  return shell === 'bash' ? bash : `autoload -Uz bashcompinit && bashcompinit\n${bash}`;
}

function fish(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c lockkeeper -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ...Object.entries(command.flags).map(
      ([name, flag]) =>
        `complete -c lockkeeper -n '__fish_seen_subcommand_from ${command.name}' -l ${name}${flag.type === 'string' ? ' -r' : ''} -d ${quoted(flag.help)}`,
    ),
  ]);
  return `${lines.join('\n')}\n`;
}

function flagsOf(command: Command): string[] {
  return [...Object.keys(command.flags), 'help'].map((name) => `--${name}`);
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}
