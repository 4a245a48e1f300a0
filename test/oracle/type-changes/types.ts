/**
 * The types whose changes into each other are measured, as `format_type` spells them.
 *
 * Types with a modifier stand for all modifiers: a short and a long one, and the limit where there is one (a precision of 6 is no
 * limit to a timestamp). `src/sql/postgres/facts/type-changes.ts` says how any other modifier is answered from these.
 */
export const setup = `
  CREATE EXTENSION citext;
  CREATE EXTENSION hstore;
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TYPE mood2 AS ENUM ('sad', 'ok');
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN text_domain AS text;
  CREATE DOMAIN text_domain_checked AS text CHECK (VALUE <> '');
  CREATE DOMAIN varchar_domain AS varchar(50);
  CREATE DOMAIN integer_domain AS integer;
  CREATE DOMAIN integer_domain_checked AS integer CHECK (VALUE > 0);
`;

export const types: readonly string[] = [
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'numeric(10,2)',
  'numeric(12,2)',
  'numeric(10,4)',
  'real',
  'double precision',
  'money',
  'boolean',
  'text',
  'text collate "C"',
  'character varying',
  'character varying(20)',
  'character varying(50)',
  'character(10)',
  'character(20)',
  'bpchar',
  'name',
  '"char"',
  'citext',
  'bytea',
  'uuid',
  'json',
  'jsonb',
  'xml',
  'date',
  'timestamp without time zone',
  'timestamp(3) without time zone',
  'timestamp(4) without time zone',
  'timestamp(6) without time zone',
  'timestamp with time zone',
  'timestamp(3) with time zone',
  'timestamp(4) with time zone',
  'timestamp(6) with time zone',
  'time without time zone',
  'time(3) without time zone',
  'time(4) without time zone',
  'time(6) without time zone',
  'time with time zone',
  'time(3) with time zone',
  'time(4) with time zone',
  'time(6) with time zone',
  'interval',
  'interval(3)',
  'interval(4)',
  'interval(6)',
  'interval day to second',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'bit(8)',
  'bit(16)',
  'bit varying',
  'bit varying(8)',
  'bit varying(16)',
  'oid',
  'regclass',
  'mood',
  'mood2',
  'pair',
  'text_domain',
  'text_domain_checked',
  'varchar_domain',
  'integer_domain',
  'integer_domain_checked',
  'integer[]',
  'bigint[]',
  'text[]',
  'character varying[]',
  'character varying(20)[]',
  'character varying(50)[]',
  'character(10)[]',
  'numeric[]',
  'numeric(10,2)[]',
  'timestamp without time zone[]',
  'timestamp with time zone[]',
  'tsvector',
  'tsquery',
  'hstore',
  'int4range',
  'int8range',
  'point',
  'jsonpath',
];
