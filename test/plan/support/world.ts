/** Databases with the shop's rows, and plans run on them step by step. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import type { PlanStep, SafePlan } from '../../../src/core/plan.js';
import type { PlanChange } from '../../../src/core/plan-change.js';
import { compareSchemas, type SchemaSnapshot } from '../../../src/core/schema.js';
import { readSurroundings } from '../../../src/databases/postgres/surroundings.js';
import { readSnapshot } from '../../../src/databases/postgres/snapshot/read.js';
import { postgres } from '../../../src/databases/postgres.js';
import { Catalog } from '../../../src/sql/catalog/catalog.js';
import { loadParser } from '../../../src/sql/postgres/parser.js';
import { makePlan } from '../../../src/plan/plan.js';
import type { TestServer } from '../../support/servers.js';
import { administer, inSession, withClient } from '../../databases/support/servers.js';

const shop = readFileSync(new URL('shop.sql', import.meta.url), 'utf8');

/** A server with a template of the shop; copies of it are made and dropped. */
export class PlanWorld {
  readonly #server: TestServer;
  readonly #template = `plan_${randomBytes(5).toString('hex')}`;
  /** The shop, never changed for good: plain changes are rolled back there. */
  readonly #plain = `${this.#template}_plain`;
  #admin: pg.Client | null = null;

  constructor(server: TestServer) {
    this.#server = server;
  }

  async open(): Promise<void> {
    await loadParser();
    this.#admin = new pg.Client({ connectionString: this.#server.adminUrl });
    await this.#admin.connect();
    await this.#admin.query(`CREATE DATABASE ${this.#template} TEMPLATE template0`);
    // Roles are the server's: another file may have made it.
    const own = shop.replace(
      'CREATE ROLE planreader;',
      () => 'DO $$ BEGIN CREATE ROLE planreader; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;',
    );
    await administer(this.#server.url(this.#template), own);
    await this.#admin.query(`CREATE DATABASE ${this.#plain} TEMPLATE ${this.#template}`);
  }

  /** Address of the shop as it is at first. */
  get plainUrl(): string {
    return this.#server.url(this.#plain);
  }

  /** The schema that plain SQL leads to; it is rolled back again. */
  async afterPlain(sql: readonly string[]): Promise<SchemaSnapshot> {
    return withClient(this.plainUrl, async (client) => {
      await client.query('BEGIN');
      for (const statement of sql) await client.query(statement);
      const reader = {
        query: async <Row extends object>(text: string, values?: readonly unknown[]) =>
          (await client.query(text, values as unknown[])).rows as Row[],
      };
      const snapshot = await readSnapshot(reader, this.#server.major);
      await client.query('ROLLBACK');
      return snapshot;
    });
  }

  async close(): Promise<void> {
    await this.#admin?.query(`DROP DATABASE ${this.#plain} WITH (FORCE)`);
    await this.#admin?.query(`DROP DATABASE ${this.#template} WITH (FORCE)`);
    await this.#admin?.end();
  }

  /** Does work on a copy of the shop. */
  async onCopy<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
    const name = `plan_${randomBytes(6).toString('hex')}`;
    await this.#admin?.query(`CREATE DATABASE ${name} TEMPLATE ${this.#template} ${this.#server.major >= 15 ? 'STRATEGY file_copy' : ''}`);
    try {
      return await work(this.#server.url(name));
    } finally {
      await this.#admin?.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  }
}

export const snapshotOf = (url: string): Promise<SchemaSnapshot> => inSession(url, (session) => postgres.snapshot(session));

/** A plan from what the live catalog says. */
export async function planOn(url: string, request: { changes: PlanChange[] } | { sql: string }, way?: string): Promise<SafePlan> {
  const { catalog, facts, surroundings } = await inSession(url, async (session) => ({
    facts: await postgres.facts(session),
    catalog: new Catalog(await postgres.catalog(session)),
    surroundings: await readSurroundings(session),
  }));
  catalog.complete = true;
  return makePlan(
    request,
    { catalog, version: facts.version, facts, timeZone: null, surroundings, way: way ?? null, estimate: null },
    null,
  );
}

export const stepsOf = (plan: SafePlan): PlanStep[] => plan.phases.flatMap((phase) => phase.steps);

/** Runs statements as a step says: as one transaction under its guard, or each on its own. */
export async function runSql(url: string, sql: readonly string[], mode: PlanStep['mode']): Promise<void> {
  await withClient(url, async (client) => {
    const statements = mode === 'transaction' ? ['BEGIN', "SET LOCAL lock_timeout = '2s'", ...sql, 'COMMIT'] : sql;
    for (const statement of statements) {
      await client.query(statement).catch((error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : String(error)}\nin: ${statement}`);
      });
    }
  });
}

export async function isDone(url: string, step: PlanStep): Promise<boolean | null> {
  if (step.check === null) return null;
  const rows = await administer<{ done: boolean }>(url, step.check);
  return rows.length === 1 ? rows[0]!.done : null;
}

/** Differences of two schemas, as `id: property left right`, without those that begin with one of the prefixes. */
export function differences(left: SchemaSnapshot, right: SchemaSnapshot, allowed: readonly string[] = []): string[] {
  return compareSchemas(left, right)
    .filter((each) => !allowed.some((prefix) => each.id.startsWith(prefix)))
    .map((each) => `${each.id} ${each.change} ${each.properties.map((one) => `${one.property}: ${one.left} / ${one.right}`).join('; ')}`);
}
