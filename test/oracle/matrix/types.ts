import type { Shape } from '../types.js';

const setup = `
  CREATE TYPE other_mood AS ENUM ('ok', 'bad'); CREATE DOMAIN short AS varchar(60); CREATE DOMAIN strict AS varchar(60) CHECK (VALUE <> 'none');
  CREATE TABLE w (id int PRIMARY KEY, v varchar(50), c text, n numeric(10,2), i int, ts timestamp, tz timestamptz, ch char(5), dt date, bt bit varying(8), av varchar(10)[], m mood, fk int REFERENCES parent (id), up varchar(20) UNIQUE, ck varchar(30) CHECK (ck <> 'none'));
  INSERT INTO w SELECT g, g, g, g, g, '2024-01-01', '2024-01-01', g % 100, '2024-01-01', '101', '{a}', 'ok', g % 50 + 1, g, g FROM generate_series(1, 300) g;
  CREATE INDEX w_v ON w (v); CREATE INDEX w_c ON w (c); CREATE INDEX w_n ON w (n); CREATE INDEX w_ts ON w (ts); CREATE INDEX w_iv ON w (i, v); CREATE INDEX w_lower ON w (lower(c)); CREATE INDEX w_part ON w (id) WHERE v <> 'x';
  CREATE TABLE wc (id int, up varchar(20) REFERENCES w (up)); CREATE TABLE wi (id int REFERENCES w (id)); INSERT INTO wi SELECT generate_series(1, 50); INSERT INTO wc SELECT g, g FROM generate_series(1, 50) g;`;

const changes: Record<string, string[]> = {
  v: [
    'varchar(80)',
    'varchar(20)',
    'varchar',
    'text',
    'char(60)',
    'short',
    'strict',
    'varchar(50)',
    'varchar(50) COLLATE "C"',
    'text USING v::text',
    'text USING upper(v)',
    'varchar(90) USING v',
    'int USING v::int',
  ],
  c: ['varchar', 'varchar(100)', 'text', 'int USING length(c)', 'text COLLATE "C"', 'jsonb USING to_jsonb(c)'],
  n: ['numeric(12,2)', 'numeric(8,2)', 'numeric(12,4)', 'numeric', 'int', 'float8', 'text', 'bigint'],
  i: ['bigint', 'smallint', 'text', 'numeric', 'oid', 'numeric(10,2)', 'float4', 'varchar(20)'],
  ts: ['timestamptz', 'timestamp(3)', 'timestamp(6)', 'date', 'text', "timestamptz USING ts AT TIME ZONE 'UTC'"],
  tz: ['timestamp', 'timestamptz(0)', 'date', 'text'],
  ch: ['char(9)', 'text', 'varchar(9)', 'char(3)'],
  dt: ['timestamp', 'timestamptz', 'text'],
  bt: ['bit varying(16)', 'bit varying', 'text', 'bit varying(4)'],
  av: ['varchar(20)[]', 'text[]', 'varchar[]'],
  m: ['text', 'other_mood USING m::text::other_mood', 'varchar(10)'],
  fk: ['bigint', 'smallint', 'numeric'],
  up: ['varchar(40)', 'text'],
  ck: ['varchar(60)', 'text', 'char(40)'],
  id: ['bigint', 'smallint'],
};

/** Changes of type on a table with indexes, keys in both directions, checks and expressions. */
export const typeMatrix: Shape[] = Object.entries(changes).flatMap(([column, targets]) =>
  targets.map((target, position) => ({
    id: `type-${column}-${position}`,
    setup,
    sql: `ALTER TABLE w ALTER COLUMN ${column} TYPE ${target}`,
  })),
);
