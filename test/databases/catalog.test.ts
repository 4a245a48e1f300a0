import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openThrowAway } from '../../src/databases/pglite.js';
import { postgres } from '../../src/databases/postgres.js';
import { Catalog } from '../../src/sql/catalog/catalog.js';
import type { CatalogState } from '../../src/sql/catalog/types.js';
import { type PostgresMajor, postgresMajors, type RunningServer, startServer } from '../support/postgres.js';
import { administer, inSession, problemOf, schemaStatements, withClient } from './support/servers.js';

const servers = new Map<PostgresMajor, RunningServer>();
const catalogs = new Map<PostgresMajor, CatalogState>();
const read = (url: string): Promise<CatalogState> => inSession(url, (session) => postgres.catalog(session));
const newest = (): Catalog => new Catalog(catalogs.get(18));

beforeAll(async () => {
  for (const major of postgresMajors) {
    const server = await startServer(major);
    servers.set(major, server);
    await administer(server.adminUrl, ...(await schemaStatements()));
    catalogs.set(major, await read(server.adminUrl));
  }
}, 300_000);

afterAll(async () => {
  for (const server of servers.values()) await server.stop();
});

describe('catalog of one of everything', () => {
  it('is complete', () => {
    const catalog = newest();
    expect(catalog.complete).toBe(true);
    expect([...catalog.schemas].sort()).toEqual(['Odd Schema', 'information_schema', 'pg_catalog', 'public', 'shop']);
    expect([...catalog.relations.values()].filter(({ name }) => !name.includes('_seq')).map(({ name, kind }) => `${kind} ${name}`)).toEqual(
      [
        'table "Odd Schema"."Odd ""Table"""',
        'table shop.animals',
        'materializedView shop.cached',
        'table shop.cats',
        'view shop.counted',
        'table shop.event_notes',
        'partitionedTable shop.events',
        'table shop.events_2024',
        'partitionedTable shop.events_rest',
        'table shop.events_rest_a',
        'partitionedTable shop.hashed',
        'table shop.items',
        'table shop.notes',
        'sequence shop.numbers',
        'sequence shop.owned',
        'view shop.rich',
        'view shop.richer',
        'table shop.typed',
        'table shop.users',
      ],
    );
    expect([...catalog.relations.values()].every(({ known }) => known)).toBe(true);
  });

  it('has columns with types, defaults and sequences', () => {
    const column = (name: string) => newest().column('shop.users', name);
    expect([...(newest().relation('shop.users')?.columns.keys() ?? [])]).toEqual([
      'id',
      'email',
      'name',
      'mood',
      'moods',
      'home',
      'code',
      'price',
      'full_name',
      'created_at',
      'Order',
    ]);
    expect(column('id')).toMatchObject({
      type: 'bigint',
      notNull: true,
      notNullValid: true,
      sequence: 'shop.users_id_seq',
      default: { functions: ['nextval'], volatility: 'volatile' },
      identity: null,
    });
    expect(column('email')).toMatchObject({ type: 'shop.email', notNull: false, default: null });
    expect(column('name')).toMatchObject({ type: 'text', collation: 'C' });
    expect(column('mood')).toMatchObject({ type: 'shop.mood', default: { literal: 'fine' } });
    expect(column('moods')).toMatchObject({ type: 'shop.mood[]' });
    expect(column('code')).toMatchObject({ default: { functions: ['shop.next_code'] } });
    expect(column('price')).toMatchObject({ type: 'numeric(10,2)' });
    expect(column('full_name')).toMatchObject({ default: null, generated: { stored: true, expression: { columns: ['name'] } } });
    expect(column('created_at')).toMatchObject({ type: 'timestamp with time zone', default: { sql: 'now()', volatility: 'stable' } });
    expect(newest().column('shop.items', 'id')).toMatchObject({ identity: 'always', sequence: 'shop.items_id_seq' });
    expect(newest().column('shop.items', 'other')).toMatchObject({ identity: 'byDefault', sequence: 'shop.items_other_seq' });
    expect(newest().column('shop.notes', 'id')).toMatchObject({ sequence: 'shop.owned' });
    expect(newest().column('"Odd Schema"."Odd ""Table"""', 'select')).toMatchObject({ type: 'integer' });
  });

  it('has constraints of every kind', () => {
    const users = newest().relation('shop.users')?.constraints;
    expect(users?.get('users_pkey')).toMatchObject({
      kind: 'primaryKey',
      columns: ['id'],
      index: 'shop.users_pkey',
      valid: true,
      noInherit: false,
    });
    expect(users?.get('users_email_key')).toMatchObject({
      kind: 'unique',
      columns: ['email'],
      include: ['name'],
      index: 'shop.users_email_key',
    });
    expect(users?.get('users_mood_known')).toMatchObject({
      kind: 'check',
      noInherit: true,
      columns: ['mood', 'Order'],
      expression: { provesNotNull: ['mood'] },
    });
    expect(users?.get('users_code_check')).toMatchObject({ kind: 'check', valid: false, notValid: true });
    const items = newest().relation('shop.items')?.constraints;
    expect(items?.get('items_user_fkey')).toMatchObject({
      kind: 'foreignKey',
      deferrable: true,
      initiallyDeferred: true,
      valid: true,
      index: null,
      references: { table: 'shop.users', columns: ['id'], onDelete: 'cascade', onUpdate: 'setNull' },
    });
    expect(items?.get('items_user_late_fkey')).toMatchObject({ valid: false, references: { onDelete: 'noAction' } });
    expect(items?.get('items_during_excl')).toMatchObject({ kind: 'exclusion', columns: ['during'], index: 'shop.items_during_excl' });
    expect([...(newest().relation('shop.event_notes')?.constraints.keys() ?? [])]).toEqual(['event_notes_event_id_at_fkey']);
    expect(
      newest()
        .foreignKeysTo('shop.users')
        .map(({ table }) => table),
    ).toEqual(['shop.events', 'shop.events_2024', 'shop.events_rest', 'shop.events_rest_a', 'shop.items', 'shop.items']);
  });

  it('has NOT NULL as constraints since 18', () => {
    const notNulls = (major: PostgresMajor) =>
      [...(catalogs.get(major)?.relations.get('shop.users')?.constraints.values() ?? [])]
        .filter(({ kind }) => kind === 'notNull')
        .map(({ name }) => name);
    expect(notNulls(17)).toEqual([]);
    expect(notNulls(18)).toEqual(['users_created_at_not_null', 'users_id_not_null']);
  });

  it('has partitions, heirs and typed tables', () => {
    const relation = (name: string) => newest().relation(name);
    expect(relation('shop.events')).toMatchObject({
      partitionBy: { strategy: 'range', columns: ['at'], hasExpression: false },
      children: new Set(['shop.events_2024', 'shop.events_rest']),
    });
    expect(relation('shop.events_2024')?.partitionOf).toEqual({
      parent: 'shop.events',
      bound: { isDefault: false, sql: "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" },
    });
    expect(relation('shop.events_rest')).toMatchObject({ partitionOf: { bound: { isDefault: true } }, partitionBy: { strategy: 'list' } });
    expect(relation('shop.hashed')?.partitionBy).toEqual({ strategy: 'hash', columns: ['id'], hasExpression: true });
    expect(newest().leaves('shop.events')).toEqual(['shop.events_2024', 'shop.events_rest_a']);
    expect(relation('shop.cats')).toMatchObject({ inherits: new Set(['shop.animals']), partitionOf: null });
    expect(relation('shop.animals')?.children).toEqual(new Set(['shop.cats']));
    expect(relation('shop.typed')?.ofType).toBe('shop.address');
    expect(relation('shop.notes')).toMatchObject({
      persistence: 'unlogged',
      replicaIdentity: 'full',
      rowSecurity: true,
      accessMethod: 'heap',
    });
  });

  it('has indexes', () => {
    expect(newest().indexes.get('shop.users_rich_idx')).toMatchObject({
      table: 'shop.users',
      unique: false,
      method: 'btree',
      include: ['code'],
      valid: true,
      constraint: null,
      parent: null,
      keys: [
        { column: null, expression: { sql: 'lower(name)', columns: ['name'] }, descending: true, operatorClass: null },
        { column: 'email', operatorClass: 'varchar_pattern_ops', descending: false, collation: null },
        { column: 'name', collation: 'POSIX' },
      ],
      predicate: { columns: ['price'] },
    });
    expect(newest().indexes.get('shop.users_moods_idx')?.method).toBe('gin');
    expect(newest().indexes.get('shop.cached_name_idx')).toMatchObject({ unique: true, table: 'shop.cached' });
    expect(newest().indexes.get('shop.events_rest_a_kind_idx')?.parent).toBe('shop.events_rest_kind_idx');
    expect(newest().indexes.get('"Odd Schema"."Odd Index"')?.keys[0]?.column).toBe('select');
    expect(newest().indexes.get('shop.users_pkey')).toMatchObject({ constraint: 'users_pkey', unique: true });
  });

  it('has views and what they read', () => {
    expect(newest().relation('shop.rich')?.reads).toEqual(new Set(['shop.users', 'shop.users.id', 'shop.users.email', 'shop.users.price']));
    expect(newest().relation('shop.counted')?.reads).toEqual(new Set(['shop.items']));
    expect(newest().viewsBelow('shop.users').sort()).toEqual(['shop.cached', 'shop.rich', 'shop.richer']);
    expect(newest().relation('shop.cached')?.populated).toBe(false);
  });

  it('has triggers, rules and policies', () => {
    expect(newest().relation('shop.users')?.triggers).toEqual(
      new Map([
        ['users_check', { function: 'shop.touch', enabled: true, events: ['delete'], constraint: true }],
        ['users_off', { function: 'shop.touch', enabled: false, events: ['truncate'], constraint: false }],
        ['users_touch', { function: 'shop.touch', enabled: true, events: ['insert', 'update'], constraint: false }],
      ]),
    );
    expect(newest().relation('shop.notes')).toMatchObject({ rules: new Set(['notes_quiet']), policies: new Set(['notes_all']) });
    expect(newest().relation('shop.rich')?.rules).toEqual(new Set());
  });

  it('has types', () => {
    const { types } = newest();
    expect([...types.keys()]).toEqual(['shop.address', 'shop.email', 'shop.mood', 'shop.span', 'shop.span_multirange']);
    expect(types.get('shop.mood')).toMatchObject({ kind: 'enum', values: ['sad', 'so-so', 'fine', 'glad'] });
    expect(types.get('shop.email')).toMatchObject({ kind: 'domain', base: 'character varying(200)', notNull: true });
    expect([...(types.get('shop.email')?.constraints ?? [])].map(([name, { valid }]) => [name, valid])).toEqual([
      ['has_at', true],
      ['is_short', false],
    ]);
    expect(types.get('shop.address')).toMatchObject({
      kind: 'composite',
      attributes: [
        { name: 'street', type: 'text' },
        { name: 'zip', type: 'character varying(10)' },
      ],
    });
    expect(types.get('shop.span')?.kind).toBe('other');
  });

  it('has functions with volatility and body', () => {
    const { functions } = newest();
    expect(functions.get('shop.next_code')).toMatchObject([
      { volatility: 'volatile', language: 'plpgsql', body: 'BEGIN RETURN 1; END', returns: 'integer', procedure: false, inlined: null },
    ]);
    expect(functions.get('shop.shout')).toMatchObject([
      {
        volatility: 'immutable',
        argumentTypes: ['text', 'integer'],
        argumentNames: ['value', 'times'],
        argumentDefaults: 1,
        returns: 'text',
        inlined: { functions: ['upper'] },
      },
      { volatility: 'stable', argumentTypes: ['integer'] },
    ]);
    expect(functions.get('shop.atomic')).toMatchObject([{ atomic: true, body: null, inlined: null }]);
    expect(functions.get('shop.list_all')).toMatchObject([{ returns: 'SETOF integer', inlined: null }]);
    expect(functions.get('shop.clean_up')).toMatchObject([{ procedure: true, returns: null, argumentNames: ['days'] }]);
    expect(functions.get('shop.total')).toMatchObject([{ body: null, volatility: 'immutable' }]);
  });

  it('has extensions, publications and statistics', () => {
    expect(newest().extensions).toEqual(new Set(['plpgsql']));
    expect(newest().publications).toEqual(
      new Map([
        ['all_tables', { allTables: true, tables: new Set() }],
        ['some_tables', { allTables: false, tables: new Set(['shop.items', 'shop.users']) }],
      ]),
    );
    expect(newest().statistics).toEqual(new Map([['shop.users_stats', 'shop.users']]));
  });

  it.each(postgresMajors.filter((major) => major !== 18))('is the same on %i, NOT NULL constraints aside', (major) => {
    expect(catalogs.get(major)).toEqual(withoutNotNullConstraints(catalogs.get(18) as CatalogState));
  });

  it('is the same from PGlite', async () => {
    const database = await openThrowAway();
    try {
      for (const statement of await schemaStatements()) await database.exec(statement);
      expect(await database.catalog()).toEqual(catalogs.get(18));
    } finally {
      await database.close();
    }
  }, 30_000);
});

describe('what newer servers have', () => {
  const url = (major: PostgresMajor, database: string): string => servers.get(major)?.url(database) ?? '';

  it('15: NULLS NOT DISTINCT, tables in a schema', async () => {
    await administer(servers.get(15)?.adminUrl ?? '', 'CREATE DATABASE newer');
    await administer(
      url(15, 'newer'),
      'CREATE TABLE a (id int UNIQUE NULLS NOT DISTINCT)',
      'CREATE PUBLICATION p FOR TABLES IN SCHEMA public',
    );
    const catalog = await read(url(15, 'newer'));
    expect(catalog.indexes.get('public.a_id_key')?.nullsNotDistinct).toBe(true);
    expect(catalog.relations.get('public.a')?.constraints.get('a_id_key')?.nullsNotDistinct).toBe(true);
    expect(catalog.publications.get('p')).toEqual({ allTables: false, tables: new Set(['public.a']) });
  });

  it('18: virtual columns, NOT NULL NOT VALID, NOT ENFORCED, WITHOUT OVERLAPS', async () => {
    await administer(servers.get(18)?.adminUrl ?? '', 'CREATE DATABASE newer');
    await administer(
      url(18, 'newer'),
      'CREATE TABLE a (id int, b int GENERATED ALWAYS AS (id + 1) VIRTUAL, c int, CONSTRAINT quiet CHECK (id > 0) NOT ENFORCED)',
      'ALTER TABLE a ADD CONSTRAINT later NOT NULL c NOT VALID',
      'CREATE TABLE spans (id int4range, span int4range, PRIMARY KEY (id, span WITHOUT OVERLAPS))',
    );
    const { relations } = await read(url(18, 'newer'));
    const a = relations.get('public.a');
    expect(a?.columns.get('b')).toMatchObject({ generated: { stored: false } });
    expect(a?.columns.get('c')).toMatchObject({ notNull: true, notNullValid: false });
    expect(a?.constraints.get('later')).toMatchObject({ kind: 'notNull', columns: ['c'], valid: false });
    expect(a?.constraints.get('quiet')).toMatchObject({ enforced: false, valid: false });
    expect(relations.get('public.spans')?.constraints.get('spans_pkey')).toMatchObject({ kind: 'primaryKey', temporal: true });
  });

  it('keeps relations of extensions by name alone, and their functions without bodies', async () => {
    await administer(servers.get(18)?.adminUrl ?? '', 'CREATE DATABASE extended');
    await administer(
      url(18, 'extended'),
      'CREATE EXTENSION citext',
      'CREATE EXTENSION pg_stat_statements',
      'CREATE TABLE a (c citext)',
    ).catch(() => undefined);
    const { relations, functions, types, extensions } = await read(url(18, 'extended'));
    expect(extensions.has('citext')).toBe(true);
    expect(types.get('public.citext')).toMatchObject({ kind: 'other' });
    expect(functions.get('public.regexp_match')?.[0]).toMatchObject({ volatility: 'immutable', body: null });
    expect(relations.get('public.a')?.columns.get('c')?.type).toBe('public.citext');
    expect(relations.get('public.pg_stat_statements')).toMatchObject({ known: false, kind: 'view' });
  });

  it('does not wait in the queue for a table that is locked', async () => {
    await withClient(url(18, 'newer'), async (client) => {
      await client.query('BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE');
      const start = performance.now();
      const problem = await problemOf(read(url(18, 'newer')));
      expect(problem).toMatchObject({ code: 'DATABASE_REFUSED', message: expect.stringContaining('locked') });
      expect(performance.now() - start).toBeLessThan(3000);
      await client.query('ROLLBACK');
    });
  });
});

function withoutNotNullConstraints(state: CatalogState): CatalogState {
  const copy = structuredClone(state);
  for (const relation of copy.relations.values()) {
    for (const [name, { kind }] of relation.constraints) if (kind === 'notNull') relation.constraints.delete(name);
  }
  return copy;
}
