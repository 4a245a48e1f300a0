/** What skills and documents tell people to type or to call is there, under exactly that name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { tools, writingTools } from '../../src/mcp/tools.js';
import { dangers } from '../../src/operations/danger.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['skills', 'docs', 'ci'].filter((name) => readdirSync(root).includes(name)).flatMap(folder),
];
/** Of `lockkeeper` without a command. */
const flagsOfServing = ['project', 'allow-apply', 'version', 'help'];
const served = [...tools, ...writingTools];
const argumentNames = new Set(served.flatMap((tool) => Object.keys(tool.inputSchema.shape)));
/** Words with an underscore that are names of PostgreSQL, of Alembic, Django and the like, or of results. */
const foreign =
  /^(lock_timeout|statement_timeout|autocommit_block|transaction_per_migration|if_not_exists|db_default|run_in_transaction|down_revision|approval_required|pg_[a-z_]+)$/;

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');

  test('names only tools and arguments that exist', () => {
    for (const name of text.match(/(?<=`)[a-z]+(_[a-z]+)+(?=`)/g) ?? []) {
      if (!foreign.test(name)) expect([...served.map((tool) => tool.name), ...argumentNames]).toContain(name);
    }
  });

  test('names only resources that exist', () => {
    const known = new Set(dangers([]).commands.map((each) => each.tool as string));
    for (const [, tool] of text.matchAll(/lockkeeper:\/\/danger\/([a-z]+)/g)) expect(known).toContain(tool);
    for (const [, kind] of text.matchAll(/lockkeeper:\/\/([a-z]+)/g)) expect(['danger', 'plans']).toContain(kind);
  });

  test('has only command lines that can be typed', async () => {
    for (const line of commandLines(text)) {
      const [name, ...rest] = line.split(/\s+/);
      if (name === undefined || name === '' || name.startsWith('-')) {
        for (const flag of flagsIn(line)) expect(flagsOfServing, line).toContain(flag);
        continue;
      }
      const load = commands[name];
      expect(load, `lockkeeper ${line}`).toBeDefined();
      const command = await load?.();
      const given = rest.join(' ').split(/ -- /)[0] ?? '';
      for (const flag of flagsIn(given)) expect(['help', ...Object.keys(command?.flags ?? {})], `lockkeeper ${line}`).toContain(flag);
    }
  });
});

/** What follows `lockkeeper` in code, in blocks and in spans, up to the end of the command. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/```(?:sh|console|yaml|bash)?\n([\s\S]*?)```/g)].flatMap((block) => (block[1] ?? '').split('\n'));
  const spans = [...text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((span) => span[1] ?? '');
  return [...blocks, ...spans].flatMap((line) => {
    const found = /^\s*(?:[$-] |run: |- run: )?(?:npx (?:-y )?)?lockkeeper(?:@[\w.]+)?(?=$|\s(?=[a-z-]))(.*)$/.exec(line);
    return found
      ? [
          (found[1] ?? '')
            .replace(/'[^']*'|"[^"]*"/g, 'TEXT')
            .split(/[|;>&#]/)[0]
            ?.trim() ?? '',
        ]
      : [];
  });
}

function flagsIn(line: string): string[] {
  return [...line.matchAll(/(?<=^|\s)--([a-z][a-z-]*)/g)].map((match) => match[1] ?? '');
}

function folder(name: string): string[] {
  return readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(md|ya?ml)$/.test(file))
    .map((file) => `${name}/${file.replaceAll('\\', '/')}`);
}

test('command lines and arguments are found at all', () => {
  expect(argumentNames).toContain('database_env');
  expect(commandLines('`lockkeeper bogus --x`, and\n```sh\nnpx lockkeeper assess --sql "a --b"\n```')).toEqual([
    'assess --sql TEXT',
    'bogus --x',
  ]);
});
