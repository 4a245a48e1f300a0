import { describe, expect, it } from 'vitest';
import { dialectOfUrl } from '../../../src/orms/dialect.js';
import { compareVersions, parseName, type NamingOptions } from '../../../src/orms/flyway/naming.js';
import { joinPath, relativeTo } from '../../../src/orms/paths.js';
import { JavascriptModule } from '../../../src/orms/readers/javascript-module.js';
import { PythonModule } from '../../../src/orms/readers/python-module.js';
import { readDotenv, readIni, readProperties } from '../../../src/orms/readers/settings.js';
import { environmentOf, property, textOf, textsOf } from '../../../src/orms/readers/value.js';

describe('reading code without running it', () => {
  it('reads JavaScript: comments, templates, regular expressions, casts, spreads, calls', () => {
    const module = new JavascriptModule(`
      // export default { a: 'comment' }
      const pattern = /["'\`{]/g, half = 4 / 2; /* ' */
      const base = { kept: 'yes', lost: 'old' };
      const out = \`./plain\`;
      export default defineConfig({
        ...base, lost: 'new', out, 'quoted-key': 1, [computed]: 2, method() { return { no: 1 }; },
        url: process.env.URL_ONE!, other: process.env['URL_TWO'] ?? 'fallback', cast: 'x' as const, list: ['a', "b",],
        templated: \`\${process.env.URL_THREE}/x\`, chosen: process.env.FLAG ? 'a' : 'b', call: env('URL_FOUR'), nested: { deep: ['\\u0041\\n'] },
      } satisfies Config);
    `);
    const object = module.exported()!;
    const get = (...keys: string[]) => module.resolve(property(object, ...keys));
    expect([textOf(get('kept')), textOf(get('lost')), textOf(get('out')), textOf(get('cast'))]).toEqual(['yes', 'new', './plain', 'x']);
    expect([textsOf(get('list')), textsOf(get('nested', 'deep')), textOf(get('templated'))]).toEqual([['a', 'b'], ['A\n'], null]);
    expect(['url', 'other', 'templated', 'chosen', 'call'].map((key) => environmentOf(get(key)))).toEqual([
      ['URL_ONE'],
      ['URL_TWO'],
      ['URL_THREE'],
      ['FLAG'],
      ['URL_FOUR'],
    ]);
    expect(get('no')).toBeUndefined();
    expect(get('url')?.line).toBe(8);
  });

  it('reads Python: docstrings, prefixes, adjacent strings, tuples, classes, continuation', () => {
    const module = new PythonModule(`"""a = 'docstring'"""
a: str = 'x' "y" \\
    'z'
b = (
    'one',  # 'two'
    "three",
)
c = r'\\d', f'{a}', b'bytes'
if a: d = 1; e = 2
class Migration(migrations.Migration):
    atomic = False
    def run(self):
        inner = 1
f = {'k': None, **rest}
`);
    expect(textOf(module.value('a')?.value)).toBe('xyz');
    expect(textsOf(module.value('b')?.value)).toEqual(['one', 'three']);
    expect(module.value('inner')).toBeNull();
    expect(module.classes()).toMatchObject([
      {
        name: 'Migration',
        bases: ['migrations.Migration'],
        line: 10,
        body: [{ name: 'atomic', value: { kind: 'boolean', value: false }, line: 11 }],
      },
    ]);
    expect(property(module.value('f')?.value, 'k')?.kind).toBe('null');
  });

  it.each([
    '',
    '{',
    'export default {',
    'export default { a: `${',
    "x = '",
    'class A(',
    '((((((',
    'a = [1, 2',
    'export default { a: }}}',
    '\u0000\uD800',
    'const a = a; export default a',
    'x = {"a": lambda: (yield)}',
    `export default ${'['.repeat(50_000)}`,
    `x = a${'.b()'.repeat(50_000)}`,
    `x = ${'('.repeat(50_000)}`,
  ])('survives %j', (text) => {
    const module = new JavascriptModule(text);
    module.exported();
    const python = new PythonModule(text);
    expect(Array.isArray(python.assignments())).toBe(true);
    python.classes();
  });

  it('reads settings line by line', () => {
    expect(
      [...readIni('[a]\nk = v ; note\nlong = one\n  two\n# no = x\n[b]\nk: w\n')].map(([name, keys]) => [
        name,
        [...keys].map(([key, { value, line }]) => [key, value, line]),
      ]),
    ).toEqual([
      [
        'a',
        [
          ['k', 'v', 2],
          ['long', 'one\ntwo', 3],
        ],
      ],
      ['b', [['k', 'w', 7]]],
    ]);
    expect([...readProperties('# no=1\na.b = c \\\r\n   d\nx:y=z\n')].map(([key, { value, line }]) => [key, value, line])).toEqual([
      ['a.b', 'c d', 2],
      ['x', 'y=z', 4],
    ]);
    expect([...readDotenv('export A="x # y"\nB=z # note\n#C=1\nD=\n')].map(([key, { value }]) => [key, value])).toEqual([
      ['A', 'x # y'],
      ['B', 'z'],
      ['D', ''],
    ]);
  });
});

describe('small rules', () => {
  it.each([
    ['postgresql+psycopg://h/x', 'postgres'],
    ['jdbc:mariadb://h/x', 'mariadb'],
    ['mysql2://h', 'mysql'],
    ['sqlite:///x', 'sqlite'],
    ['file:./dev.db', 'sqlite'],
    ['host=h user=u', 'postgres'],
    ['u:p@tcp(h)/x', 'mysql'],
    ['sqlserver://h', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (url, dialect) => {
    expect(dialectOfUrl(url)).toBe(dialect);
  });

  it('keeps paths inside the repository', () => {
    expect([
      joinPath('a/b', '../c'),
      joinPath('.', './x/'),
      joinPath('a', '..'),
      joinPath('.', '..'),
      joinPath('a', '../../b'),
      joinPath('.', '/etc'),
      joinPath('.', 'C:\\x'),
      joinPath('a', 'b\\c'),
    ]).toEqual(['a/c', 'x', '.', null, null, null, null, 'a/b/c']);
    expect([relativeTo('a/b', 'a/c'), relativeTo('a', 'a'), relativeTo('.', 'x')]).toEqual(['../c', '.', 'x']);
  });

  it('compares versions as Flyway does', () => {
    expect([
      compareVersions('1.0', '1'),
      compareVersions('1.10', '1.9'),
      compareVersions('2', '10'),
      compareVersions('20260101000000', '3'),
    ]).toEqual([0, 1, -1, 1]);
  });

  it.each([
    ['V1__a_b.sql', 'versioned'],
    ['V1_2__a.sql', 'versioned'],
    ['V1.sql', 'versioned'],
    ['R__a.sql', 'repeatable'],
    ['U2__a.sql', 'undo'],
    ['B3__a.sql', 'baseline'],
    ['afterEachMigrate__x.sql', 'callback'],
    ['R1__a.sql', 'invalid'],
    ['V__a.sql', 'invalid'],
    ['V6_bad.sql', 'invalid'],
    ['v7__a.sql', 'invalid'],
  ])('%s is %s', (name, type) => {
    const options: NamingOptions = { versioned: 'V', repeatable: 'R', undo: 'U', baseline: 'B', separator: '__', suffixes: ['.sql'] };
    expect(parseName(name, options)?.type).toBe(type);
  });
});
