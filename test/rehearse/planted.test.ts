// Defects that a rehearsal must find, each in a migration of its own. Runs on the servers of support/servers.
import { describe, expect, test } from 'vitest';
import type { Rehearsal } from '../../src/core/rehearsal.js';
import { goose } from '../orms/drivers/goose.js';
import { testServers } from '../support/servers.js';
import { projectOf, rehearseIn } from './support/projects.js';

const server = testServers().find((each) => each.major === 17) ?? testServers().at(-1);

const base = `CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text, name text NOT NULL, qty text, age int);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int NOT NULL DEFAULT 0, note varchar(100));
CREATE INDEX orders_note_idx ON orders (note);`;

interface Planted {
  what: string;
  up: string;
  down: string | null;
  /** More of the schema before. */
  before?: string;
  outsideTransaction?: boolean;
  found: (answer: Rehearsal) => void;
}

const only = (answer: Rehearsal) => answer.migrations[0]!;
const kinds = (answer: Rehearsal): string[] =>
  answer.findings.filter((finding) => finding.kind !== 'prediction').map((finding) => finding.kind);
const wouldFail = (code: string, rows: RegExp) => (answer: Rehearsal) => {
  const found = answer.findings.filter((finding) => finding.kind === 'would-fail');
  expect(found.map((finding) => [finding.certainty, finding.why.slice(0, 5), rows.test(finding.title)])).toEqual([
    ['if such rows exist', code, true],
  ]);
  // Without those rows the rest of it was seen.
  expect(only(answer).succeeded).toBe(true);
};

const planted: Planted[] = [
  {
    what: 'a down that forgets an index',
    up: 'CREATE INDEX a_idx ON orders (total);\nCREATE INDEX b_idx ON orders (customer_id);',
    down: 'DROP INDEX a_idx;',
    found: (answer) => {
      expect(only(answer).wayBack).toMatchObject({ grade: 'irreversible', differences: ['+ index public.b_idx'], upAgain: false });
      expect(kinds(answer)).toContain('irreversible');
    },
  },
  {
    what: 'a unique key over duplicates',
    up: 'ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);',
    down: 'ALTER TABLE customers DROP CONSTRAINT customers_email_key;',
    found: wouldFail('23505', /two rows of the same \(email\)/),
  },
  {
    what: 'a cast that fails on one row in 10,000',
    up: 'ALTER TABLE customers ALTER COLUMN qty TYPE integer USING qty::integer;',
    down: 'ALTER TABLE customers ALTER COLUMN qty TYPE text;',
    found: wouldFail('22P02', /values of qty that may not become integer/),
  },
  {
    what: 'NOT NULL over NULLs',
    up: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL;',
    down: 'ALTER TABLE customers ALTER COLUMN email DROP NOT NULL;',
    found: wouldFail('23502', /NULL in email/),
  },
  {
    what: 'a check that old rows break',
    up: 'ALTER TABLE customers ADD CONSTRAINT grown CHECK (age >= 18);',
    down: 'ALTER TABLE customers DROP CONSTRAINT grown;',
    found: wouldFail('23514', /values of age around the limits/),
  },
  {
    what: 'a foreign key over orphans',
    up: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers (id);',
    down: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_fk;',
    found: wouldFail('23503', /is not in public\.customers/),
  },
  {
    what: 'a text that no longer fits',
    up: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(10);',
    down: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(100);',
    found: wouldFail('22001', /values of note that may not become character varying\(10\)/),
  },
  {
    what: 'a column that cannot be added to a table with rows',
    up: 'ALTER TABLE customers ADD COLUMN code text NOT NULL;',
    down: 'ALTER TABLE customers DROP COLUMN code;',
    found: (answer) => {
      expect(answer.findings.some((finding) => finding.kind === 'would-fail' && finding.why.startsWith('23502'))).toBe(true);
      expect(answer.passed).toBe(false);
    },
  },
  {
    what: 'a certain failure, told apart from data',
    up: 'ALTER TABLE customers ADD COLUMN x int;\nALTER TABLE nowhere ADD COLUMN y int;',
    down: 'SELECT 1;',
    found: (answer) => {
      expect(kinds(answer)).toEqual(['fails']);
      expect(answer.findings[0]).toMatchObject({ certainty: 'certain', severity: 'high' });
      expect(answer.findings[0]?.why).toContain('42P01');
    },
  },
  {
    what: 'a column whose values do not come back',
    up: 'ALTER TABLE customers DROP COLUMN qty;',
    down: 'ALTER TABLE customers ADD COLUMN qty text;',
    found: (answer) => {
      // The column comes back at another place; its values do not.
      expect(only(answer).wayBack).toMatchObject({ grade: 'data lost', upAgain: true });
      expect(only(answer).wayBack.lost.join()).toMatch(/public\.customers\.qty: \d+ values before, 0 after/);
    },
  },
  {
    what: 'rows that a way back deletes',
    up: 'ALTER TABLE orders ADD COLUMN state text;',
    down: 'DELETE FROM orders WHERE state IS NULL;\nALTER TABLE orders DROP COLUMN state;',
    found: (answer) => {
      expect(only(answer).wayBack.grade).toBe('data lost');
      expect(only(answer).wayBack.lost.join()).toMatch(/public\.orders: \d+ rows before, 0 after/);
    },
  },
  {
    what: 'a trigger lost in a table rebuild',
    before: `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();`,
    up: 'CREATE TABLE orders_new (id bigint PRIMARY KEY, customer_id bigint, total bigint NOT NULL DEFAULT 0, note varchar(100));\nINSERT INTO orders_new SELECT * FROM orders;\nDROP TABLE orders;\nALTER TABLE orders_new RENAME TO orders;',
    down: 'ALTER TABLE orders ALTER COLUMN total TYPE integer;',
    found: (answer) => {
      expect(only(answer).schemaChanges).toContain('- trigger public.orders.orders_touch');
      expect(only(answer).wayBack.grade).toBe('irreversible');
      expect(only(answer).wayBack.differences.join()).toContain('- trigger public.orders.orders_touch');
    },
  },
  {
    what: 'a type that the way back leaves, so that it never goes up again',
    up: "CREATE TYPE mood AS ENUM ('sad', 'glad');\nALTER TABLE customers ADD COLUMN mood mood;",
    down: 'ALTER TABLE customers DROP COLUMN mood;',
    found: (answer) =>
      expect(only(answer).wayBack).toMatchObject({ grade: 'irreversible', differences: ['+ enum public.mood'], upAgain: false }),
  },
  {
    what: 'a way back that fails',
    up: 'ALTER TABLE customers ADD COLUMN x int;',
    down: 'ALTER TABLE customers DROP COLUMN y;',
    found: (answer) => {
      expect(only(answer).wayBack.grade).toBe('irreversible');
      expect(only(answer).wayBack.says).toContain('the way back fails');
    },
  },
  {
    what: 'no way back: SQL is written and proven',
    up: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;\nCREATE INDEX total_idx ON orders (total) WHERE total > 0;',
    down: null,
    found: (answer) => {
      expect(only(answer).wayBack).toMatchObject({
        grade: 'no down',
        upAgain: true,
        rollback: { proven: 'reversible (proven)', written: false },
      });
      expect(only(answer).wayBack.rollback?.file).toMatch(/^migrations\/rollback\/.*\.sql$/);
    },
  },
  {
    what: 'a constraint that stays unproven',
    up: 'ALTER TABLE customers ADD CONSTRAINT grown CHECK (age > 0) NOT VALID;',
    down: 'ALTER TABLE customers DROP CONSTRAINT grown;',
    found: (answer) => {
      expect(only(answer).leftInvalid).toEqual(['constraint grown of public.customers']);
      expect(kinds(answer)).toContain('left-invalid');
    },
  },
  {
    what: 'a unique index that is left invalid when it fails',
    up: 'CREATE UNIQUE INDEX CONCURRENTLY email_idx ON customers (email);',
    down: 'DROP INDEX CONCURRENTLY email_idx;',
    outsideTransaction: true,
    found: wouldFail('23505', /two rows of the same \(email\)/),
  },
  {
    what: 'nothing, where nothing is wrong',
    up: 'ALTER TABLE orders ADD COLUMN placed_at timestamptz NOT NULL DEFAULT now();\nCREATE INDEX placed_idx ON orders (placed_at);',
    down: 'DROP INDEX placed_idx;\nALTER TABLE orders DROP COLUMN placed_at;',
    found: (answer) => {
      expect(answer.findings).toEqual([]);
      expect(answer.passed).toBe(true);
      expect(only(answer).wayBack.says).toBe('reversible (proven)');
      expect(
        only(answer)
          .statements.filter((each) => each.direction === 'up')
          .map((each) => [each.locks, each.indexBuilds]),
      ).toEqual([
        [[{ relation: 'public.orders', mode: 'AccessExclusiveLock', heldMs: expect.any(Number) }], []],
        [expect.anything(), ['public.placed_idx']],
      ]);
    },
  },
];

describe.skipIf(server === undefined)('planted defects', { timeout: 240_000 }, () => {
  test.each(planted)('$what', async ({ up, down, before, outsideTransaction, found }) => {
    const { root, names } = await projectOf(goose, [
      { name: 'base', up: `-- +goose StatementBegin\n${base}\n${before ?? ''}\n-- +goose StatementEnd`, down: 'SELECT 1;' },
      { name: 'change', up, down, outsideTransaction: outsideTransaction ?? false },
    ]);
    found(await rehearseIn(root, goose, { migrations: [names[1]!], shadowVariable: 'SHADOW_URL' }, { SHADOW_URL: server!.adminUrl }));
  });
});
