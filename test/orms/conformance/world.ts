/** A project, a database and the operations, made anew for each behaviour. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { OperationContext } from '../../../src/operations/context.js';
import { runMigrations } from '../../../src/operations/run-migrations.js';
import { status, type Status } from '../../../src/operations/status.js';
import type { Address } from '../../../src/orms/tool.js';
import { toolAddress } from '../../../src/run/address.js';
import type { RunReport } from '../../../src/run/outcome.js';
import type { TestServer } from '../../support/servers.js';
import type { HandWritten, ProjectOptions, ToolDriver } from './driver.js';

/** The password is a word that nothing else contains: answers are searched for it. */
const password = 'Correct-Horse-7731';

export class World {
  private constructor(
    readonly driver: ToolDriver,
    readonly server: TestServer,
    readonly root: string,
    readonly options: ProjectOptions,
    readonly address: Address,
    private readonly outer: string,
  ) {}

  static async make(
    driver: ToolDriver,
    server: TestServer,
    given: { options?: Partial<ProjectOptions>; folderName?: string } = {},
  ): Promise<World> {
    const outer = await mkdtemp(join(tmpdir(), 'lockkeeper-orm-'));
    const root = join(outer, given.folderName ?? 'shop');
    await mkdir(root);
    const options: ProjectOptions = { folder: '.', ...given.options };
    const database = `conform_${process.pid}_${Date.now().toString(36)}_${Math.floor(Math.random() * 1e9).toString(36)}`;
    await administer(server, `CREATE DATABASE ${database}`);
    await driver.project(root, options);
    const url = new URL(server.url(database));
    url.password = password;
    return new World(driver, server, root, options, toolAddress(url.href, 'SCRATCH_URL'), outer);
  }

  async remove(): Promise<void> {
    await administer(this.server, `DROP DATABASE IF EXISTS ${this.address.database} WITH (FORCE)`);
    await rm(this.outer, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Writes migrations by hand; answers their names. */
  async add(...migrations: HandWritten[]): Promise<string[]> {
    const names: string[] = [];
    for (const migration of migrations) names.push(await this.driver.add(this.root, this.options, migration));
    return names;
  }

  context(more: Partial<OperationContext> = {}, environment: Record<string, string> = {}): OperationContext {
    return {
      workingFolder: this.root,
      environment: { ...this.driver.environment(), SCRATCH_URL: this.address.url, ...environment },
      ...more,
    };
  }

  status(): Promise<Status> {
    return status({ project: this.root, databaseVariable: 'SCRATCH_URL' }, this.context());
  }

  /** States by name, in the tool's order. */
  async states(): Promise<Record<string, string>> {
    return Object.fromEntries((await this.status()).migrations.map((each) => [each.name, each.state]));
  }

  apply(count: number | 'all' = 1, context: OperationContext = this.context()): Promise<RunReport> {
    return runMigrations({ project: this.root, databaseVariable: 'SCRATCH_URL', direction: 'up', count, throwAway: true }, context);
  }

  rollback(count: number | 'all' = 1): Promise<RunReport> {
    return runMigrations(
      { project: this.root, databaseVariable: 'SCRATCH_URL', direction: 'down', count, throwAway: true },
      this.context(),
    );
  }

  /** Rows of a query on the target, on a connection that ends at once. */
  async sql<Row extends object>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.address.url });
    await client.connect();
    try {
      const result = await client.query<Row>(text);
      return Array.isArray(result) ? [] : result.rows;
    } finally {
      await client.end();
    }
  }

  async hasTable(name: string): Promise<boolean> {
    const [row] = await this.sql<{ there: string | null }>(`SELECT to_regclass('public.${name}') AS there`);
    return row?.there != null;
  }

  /** Names of all tables, whoever made them. */
  async tables(): Promise<string[]> {
    const rows = await this.sql<{ name: string }>(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
    );
    return rows.map((row) => row.name);
  }
}

/** True when the test's password is in what was answered. */
export function leaks(answer: unknown): boolean {
  return JSON.stringify(answer).includes(password);
}

export async function administer(server: TestServer, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
