import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Judge, loadJudge } from '../../src/rules/judge.js';
import { unitOf } from './analyse.js';

let judge: Judge;
beforeAll(async () => {
  judge = await loadJudge();
});

const statements = [
  'CREATE TABLE users (id bigint PRIMARY KEY, name text)',
  'ALTER TABLE users ADD COLUMN x int DEFAULT 1',
  "UPDATE users SET name = 'a;b' WHERE id = 1",
  'CREATE INDEX i ON users (lower(name))',
  'DO $x$ BEGIN PERFORM 1; -- ;\n END $x$',
  "COMMENT ON TABLE users IS 'it''s; here'",
  "INSERT INTO users VALUES (1, E'\\';')",
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$',
  'DROP TABLE IF EXISTS "odd;name" CASCADE',
  'SELECT 1 /* ; /* nested ; */ */ + 2',
];
const gap = fc.constantFrom('\n', '\r\n', ' -- note; here\n', '/* a; b */\n', '\n\n\t', ' \u00e4 '.replace('ä', ''), '\n-- ü; 🚀\n');

describe('any input', () => {
  test('never crashes, and never calls unread text analysed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string(),
          fc
            .array(fc.constantFrom(...statements, "'", '"', '$$', '(', ')', ';', '--', '/*', '\\', 'ALTER TABLE', "E'", '\u0000'))
            .map((parts) => parts.join(' ')),
        ),
        (sql) => {
          const { statements: judged, unanalysed } = judge({ version: 17, units: [unitOf(sql)] });
          const meaningful = sql.replace(/\/\*[\s\S]*|--[^\n]*|[\s;\uFEFF]/g, '');
          if (meaningful !== '' && !sql.includes('*/')) expect(judged.length).toBeGreaterThan(0);
          expect(unanalysed.length).toBe(judged.filter((statement) => !statement.analysed).length);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('splitting and lines survive comments, quotes and line ends', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...statements), gap), { minLength: 1, maxLength: 12 }), fc.boolean(), (parts, bom) => {
        const sql = (bom ? '\uFEFF' : '') + parts.map(([statement, between]) => `${statement};${between}`).join('');
        const { statements: judged } = judge({ version: 17, units: [unitOf(sql)] });
        expect(judged.map((statement) => statement.sql)).toEqual(parts.map(([statement]) => statement));
        for (const statement of judged) {
          const rest = sql
            .split('\n')
            .slice((statement.source?.line ?? 1) - 1)
            .join('\n')
            .replace(/^\uFEFF/, '');
          expect(rest).toContain(statement.sql);
          expect(rest.indexOf(statement.sql.split('\n')[0]!)).toBeLessThanOrEqual(
            rest.indexOf('\n') < 0 ? rest.length : rest.indexOf('\n'),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a file of 5 MB is read in full', () => {
    const filler = `INSERT INTO big VALUES ('${'x'.repeat(2000)}');\n`.repeat(2500);
    const { statements: judged, unanalysed } = judge({ version: 17, units: [unitOf(`${filler}ALTER TABLE users DROP COLUMN name;`)] });
    expect(judged.length).toBe(2501);
    expect(judged.at(-1)?.source?.line).toBe(2501);
    expect(unanalysed).toEqual([]);
  });
});
