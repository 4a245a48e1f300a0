import { beforeAll, describe, expect, test } from 'vitest';
import { loadParser, parseScript } from '../../src/sql/postgres/parser.js';
import { splitStatements } from '../../src/sql/postgres/split.js';

const texts = (sql: string): string[] => splitStatements(sql).statements.map(({ start, end }) => sql.slice(start, end));

describe('splitting', () => {
  test.each([
    ["SELECT ';'; SELECT 2", ["SELECT ';'", 'SELECT 2']],
    ["SELECT E'a\\';b'; SELECT 2", ["SELECT E'a\\';b'", 'SELECT 2']],
    ["SELECT 'a\\'; SELECT 2", ["SELECT 'a\\'", 'SELECT 2']],
    ['SELECT "a;b"; SELECT 2', ['SELECT "a;b"', 'SELECT 2']],
    ['DO $$ BEGIN; END $$; SELECT 2', ['DO $$ BEGIN; END $$', 'SELECT 2']],
    ['DO $a$ $$; $$ $a$; SELECT 2', ['DO $a$ $$; $$ $a$', 'SELECT 2']],
    ['SELECT $1; SELECT 2', ['SELECT $1', 'SELECT 2']],
    ['SELECT 1 -- ; no\n; SELECT 2', ['SELECT 1 -- ; no\n', 'SELECT 2']],
    ['/* a /* ; */ ; */ SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    [
      'CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3',
      ['CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)', 'SELECT 3'],
    ],
    [
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 3',
      ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END', 'SELECT 3'],
    ],
    [';;\n;SELECT 1;;', ['SELECT 1']],
    ['\uFEFFSELECT 1;\r\nSELECT 2;\r\n', ['SELECT 1', 'SELECT 2']],
    ['SELECT a$b FROM c$d; SELECT 2', ['SELECT a$b FROM c$d', 'SELECT 2']],
    ['', []],
    ['-- nothing', []],
  ])('%j', (sql, expected) => expect(texts(sql)).toEqual(expected));
});

describe('parsing', () => {
  beforeAll(loadParser);

  test('one bad statement does not hide the others', () => {
    const parsed = [...parseScript('CREATE TABLE a (id int);\nALTR TABLE a;\nDROP TABLE a;')];
    expect(parsed.map(({ node }) => node !== null)).toEqual([true, false, true]);
    expect(parsed[1]?.error).toMatch(/syntax error/);
  });

  test('psql commands are kept in their place', () => {
    const parsed = [...parseScript('SELECT 1;\n\\i other.sql\nSELECT 2;')];
    expect(parsed.map(({ sql, psql }) => [sql, psql])).toEqual([
      ['SELECT 1', false],
      ['\\i other.sql', true],
      ['SELECT 2', false],
    ]);
  });

  test('locations survive characters of several bytes', () => {
    const [, second] = [...parseScript("SELECT 'äöü 🚀';\nALTER TABLE t ADD COLUMN x int DEFAULT 7;")];
    const column = second?.node.AlterTableStmt.cmds[0].AlterTableCmd.def.ColumnDef;
    expect(second?.sql.slice(second.locate(column.location))).toMatch(/^x int/);
  });
});
