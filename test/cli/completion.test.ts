import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const script = (shell: string) => execFileSync(process.execPath, [program, 'completion', shell], { encoding: 'utf8' });

/** What bash offers at the end of a line, asked of a real bash. */
function offered(...words: string[]): string[] {
  const asking = `${script('bash')}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _lockkeeper; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', asking], { encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

test('bash completes commands, and the flags of the command that is there', () => {
  expect(offered('lockkeeper', 're')).toEqual(expect.arrayContaining(['review', 'rehearse']));
  expect(offered('lockkeeper', 'review', '--ba')).toEqual(['--base']);
  expect(offered('lockkeeper', 'danger', '--ba')).toEqual([]);
});

test('every command is in every script', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const text = script(shell);
    for (const name of Object.keys(commands)) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
  }
});

test('every command has a help with examples that begin with it, and --json but the two that have no answer', async () => {
  for (const [name, load] of Object.entries(commands)) {
    const command = await load();
    expect(command.examples.length, name).toBeGreaterThan(0);
    expect(
      command.examples.some(({ line }) => new RegExp(`lockkeeper ${name}\\b`).test(line)),
      name,
    ).toBe(true);
    expect('json' in command.flags, name).toBe(!['hook', 'completion'].includes(name));
  }
});
