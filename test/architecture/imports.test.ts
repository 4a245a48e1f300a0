import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Who may import whom: the table of the design, and nothing else. */
const allowed: Record<string, readonly string[]> = {
  core: [],
  sql: ['core'],
  rules: ['core', 'sql'],
  databases: ['core', 'sql'],
  orms: ['core'],
  plan: ['core', 'sql', 'databases'],
  drift: ['core', 'sql', 'databases', 'orms'],
  rehearse: ['core', 'sql', 'databases', 'orms'],
  approve: ['core'],
  run: ['core', 'sql', 'databases', 'orms', 'approve'],
  report: ['core'],
  operations: ['core', 'sql', 'rules', 'databases', 'orms', 'plan', 'drift', 'rehearse', 'approve', 'run', 'report'],
  mcp: ['core', 'operations', 'report'],
  cli: ['core', 'operations', 'report'],
  'main.ts': ['mcp', 'cli'],
};

const root = new URL('../../', import.meta.url);
const files = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file.replaceAll('\\', '/')}`);
const text = (file: string): string => withoutComments(readFileSync(new URL(file, root), 'utf8'));

describe('who imports whom', () => {
  test('every folder of src is in the table', () => {
    expect([...new Set(files.map(partOf))].filter((part) => !(part in allowed))).toEqual([]);
  });

  test('no arrow that the table does not have', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => partOf(target) !== partOf(file) && !(allowed[partOf(file)] ?? []).includes(partOf(target)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('rules do no input or output and know no clock', () => {
    const wrong = files.filter(
      (file) => partOf(file) === 'rules' && /from 'node:|Date\.now|new Date|Math\.random|process\./.test(text(file)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('standard output', () => {
  const writes = /process\.stdout\.write|console\.(?:log|info|debug|table|dir)|fs\.writeSync\(1\b/;

  test('nothing but the command line writes to it; the server owns it for the protocol', () => {
    const wrong = files.filter((file) => partOf(file) !== 'cli' && file !== 'src/mcp/standard-output.ts' && writes.test(text(file)));
    expect(wrong).toEqual([]);
  });
});

function partOf(file: string): string {
  return file.split('/')[1] ?? '';
}

/** Files of src that a file imports, in any way. */
function importsOf(file: string): string[] {
  const specifiers = [...text(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return specifiers.map((specifier) => posix.join(posix.dirname(file), specifier)).filter((target) => target.startsWith('src/'));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
