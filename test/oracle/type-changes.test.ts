/** The look-up of type changes against real servers, with types and modifiers that are not among the samples of the table. */
import { describe, test } from 'vitest';
import { typeChangeEffect, type UserTypeKind } from '../../src/sql/postgres/facts/type-changes.js';
import { testServers } from '../support/servers.js';
import { measureTypeChanges } from './type-changes/measure.js';

const types = [
  'integer',
  'text',
  'character varying',
  'character varying(1)',
  'character varying(7)',
  'character varying(300)',
  'character(1)',
  'character(3)',
  'bpchar',
  'numeric',
  'numeric(3,0)',
  'numeric(9,0)',
  'numeric(9,3)',
  'numeric(20,3)',
  'numeric(30,12)',
  'timestamp without time zone',
  'timestamp(0) without time zone',
  'timestamp(5) without time zone',
  'timestamp(6) without time zone',
  'timestamp with time zone',
  'timestamp(0) with time zone',
  'timestamp(2) with time zone',
  'timestamp(6) with time zone',
  'time(1) without time zone',
  'time(5) without time zone',
  'time(0) with time zone',
  'interval',
  'interval(0)',
  'interval(5)',
  'bit(3)',
  'bit(5)',
  'bit varying',
  'bit varying(3)',
  'bit varying(90)',
  'public.citext',
  'public.mood',
  'public.mood2',
  'public.text_domain',
  'public.text_domain_checked',
  'public.varchar_domain',
  'public.integer_domain',
  'public.integer_domain_checked',
  'text[]',
  'character varying[]',
  'character varying(7)[]',
  'character varying(9)[]',
  'bigint[]',
  'smallint[]',
  'numeric(9,3)[]',
  'numeric(20,3)[]',
  'public.mood[]',
  'date[]',
];

const userTypes: Record<string, UserTypeKind> = {
  'public.mood': { kind: 'enum' },
  'public.mood2': { kind: 'enum' },
  'public.text_domain': { kind: 'domain', base: 'text', constrained: false },
  'public.text_domain_checked': { kind: 'domain', base: 'text', constrained: true },
  'public.varchar_domain': { kind: 'domain', base: 'character varying(50)', constrained: false },
  'public.integer_domain': { kind: 'domain', base: 'integer', constrained: false },
  'public.integer_domain_checked': { kind: 'domain', base: 'integer', constrained: true },
};

describe.skipIf(testServers().length === 0)('type changes beyond the measured samples', () => {
  test.concurrent.for(testServers().map((server) => ({ name: `PostgreSQL ${server.version}`, server })))(
    '$name',
    { timeout: 120_000 },
    async ({ server }, { expect }) => {
      const measured = await measureTypeChanges(server, types);
      const wrong: string[] = [];
      let unknown = 0;
      for (const [row, from] of types.entries()) {
        for (const [column, to] of types.entries()) {
          const seen = JSON.stringify(measured[row]?.[column]);
          const said = typeChangeEffect(from, to, server.major, (type) => userTypes[type] ?? null);
          if (said === null) unknown += 1;
          else if (JSON.stringify(said) !== seen) wrong.push(`${from} -> ${to}: said ${JSON.stringify(said)}, seen ${seen}`);
        }
      }
      console.log(`PostgreSQL ${server.version}: ${types.length ** 2} pairs, ${unknown} named unknown, ${wrong.length} wrong`);
      expect(wrong).toEqual([]);
    },
  );
});
