import { describe, expect, test } from 'vitest';
import { compareSchemas, type SchemaObject, type SchemaSnapshot, schemaFingerprint } from '../../src/core/schema.js';
import { openThrowAway } from '../../src/databases/pglite.js';
import { isGeneratedName } from '../../src/databases/postgres/snapshot/generated-name.js';
import { normaliseExpression } from '../../src/databases/postgres/snapshot/normalise.js';
import { withoutTopQualifiers } from '../../src/databases/postgres/snapshot/view-qualifiers.js';

describe('expressions that mean the same', () => {
  // As PostgreSQL 17 reads them back: first from what was written, then from what it had printed itself.
  test.each([
    [
      "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
      "((status)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))",
    ],
    ["'new'::character varying", "'new'::text"],
    ['lower((name)::text)', 'lower(name)'],
  ])('%s', (first, second) => {
    expect(normaliseExpression(first)).toBe(normaliseExpression(second));
  });

  test.each([
    ["(a = '1'::text)", '(a = 1)'],
    ["'x::text'::text", "'x'::text"],
    ['(a)::integer', 'a'],
    ['(a)::character varying(5)', 'a'],
    ["((a OR b) AND (c)::text = 'x'::text)", "(a OR (b AND (c)::text = 'x'::text))"],
    ["f((a)::text, 'b'::text)", "f('b'::text, (a)::text)"],
  ])('%s is not %s', (first, second) => {
    expect(normaliseExpression(first)).not.toBe(normaliseExpression(second));
  });

  test('what is quoted stays as it is', () => {
    expect(normaliseExpression(`(("a::text")::text = '((b)::text)'::text)`)).toContain(`'((b)::text)'`);
  });
});

describe('names that the server makes up', () => {
  test.each([
    ['users_email_key', 'users', ['email'], 'key'],
    ['users_email_key1', 'users', ['email'], 'key'],
    ['orders_check2', 'orders', [], 'check'],
  ])('%s', (name, table, columns, label) => {
    expect(isGeneratedName(name, table, columns, label)).toBe(true);
  });

  test('as the server makes them, of long names too', async () => {
    const table = 'a_very_long_table_name_that_goes_on_and_on_für_immer';
    const lite = await openThrowAway();
    try {
      await lite.exec(`CREATE TABLE "${table}" (id int PRIMARY KEY, and_a_long_column_too int UNIQUE REFERENCES "${table}", b int CHECK (b > 0), CHECK (b > id),
        CHECK (id > b), EXCLUDE USING btree (b WITH =)); CREATE INDEX ON "${table}" (and_a_long_column_too, lower(b::text), (b + 1)); CREATE INDEX mine ON "${table}" (b)`);
      const named = [...(await lite.snapshot()).objects.values()].filter((each) => each.kind === 'constraint' || each.kind === 'index');
      expect(named.length).toBe(9);
      expect(named.filter((each) => !each.generatedName).map((each) => each.name)).toEqual(['public.mine']);
    } finally {
      await lite.close();
    }
  });

  test('a name that somebody gave is none', () => {
    expect(isGeneratedName('users_mail_unique', 'users', ['email'], 'key')).toBe(false);
  });
});

describe('views of PostgreSQL 14 and 15', () => {
  test('the only table is not named before its columns, but in what is inside', async () => {
    const old =
      'SELECT u.id,\n    u."Odd"\n   FROM users u\n  WHERE u.id > 1 AND (EXISTS ( SELECT 1\n           FROM items i\n          WHERE i.user_id = u.id))';
    expect(await withoutTopQualifiers(old)).toBe(
      'SELECT id,\n    "Odd"\n   FROM users u\n  WHERE id > 1 AND (EXISTS ( SELECT 1\n           FROM items i\n          WHERE i.user_id = u.id))',
    );
  });

  test('with two tables nothing changes', async () => {
    const joined = 'SELECT a.id FROM a JOIN b ON a.id = b.id';
    expect(await withoutTopQualifiers(joined)).toBe(joined);
  });
});

describe('comparing', () => {
  const object = (
    kind: SchemaObject['kind'],
    name: string,
    properties: Record<string, string>,
    more: Partial<SchemaObject> = {},
  ): SchemaObject => ({
    kind,
    name,
    parent: null,
    properties,
    needs: [],
    ...more,
  });
  const snapshot = (...objects: SchemaObject[]): SchemaSnapshot => ({
    engine: 'postgres',
    version: 17,
    objects: new Map(objects.map((each) => [`${each.kind} ${each.name}`, each])),
    others: [],
  });
  const check = (name: string, definition: string, generatedName?: true): SchemaObject =>
    object('constraint', `public.t.${name}`, { definition }, { parent: 'table public.t', ...(generatedName ? { generatedName } : {}) });
  const table = object('table', 'public.t', {});

  test('unnamed checks in another order are the same; named ones are not', () => {
    const left = snapshot(table, check('t_check', 'a > 0', true), check('t_check1', 'b > 0', true));
    const right = snapshot(table, check('t_check', 'b > 0', true), check('t_check1', 'a > 0', true));
    expect(compareSchemas(left, right)).toEqual([]);
    const named = snapshot(table, check('t_check', 'b > 0'), check('t_check1', 'a > 0'));
    expect(compareSchemas(left, named).map((each) => each.id)).toEqual(['constraint public.t.t_check', 'constraint public.t.t_check1']);
  });

  test('what hangs on a missing object is not named apart from it', () => {
    const differences = compareSchemas(snapshot(table, check('c', 'a > 0')), snapshot());
    expect(differences.map((each) => `${each.id} ${each.change}`)).toEqual(['table public.t onlyLeft']);
  });

  test('the fingerprint follows the schema and nothing else', () => {
    const one = snapshot(table, check('c', 'a > 0'));
    expect(schemaFingerprint({ ...one, version: 14, others: ['cast a AS b'] })).toBe(schemaFingerprint(one));
    expect(schemaFingerprint(snapshot(table, check('c', 'a > 1')))).not.toBe(schemaFingerprint(one));
  });
});
