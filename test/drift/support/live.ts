/** Schemas of live databases in tests. */
import pg from 'pg';
import type { SchemaSnapshot } from '../../../src/core/schema.js';
import { readSnapshot } from '../../../src/databases/postgres/snapshot/read.js';

/** A connection on which statements are tried and taken back. */
export class Live {
  private constructor(
    private readonly client: pg.Client,
    private readonly major: number,
  ) {}

  static async open(url: string, major: number): Promise<Live> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    return new Live(client, major);
  }

  async run(...statements: string[]): Promise<void> {
    for (const statement of statements) await this.client.query(statement);
  }

  async rows<Row extends object>(sql: string): Promise<Row[]> {
    return (await this.client.query<Row>(sql)).rows;
  }

  /** What work does in a transaction that is rolled back. */
  async tried<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.run('BEGIN');
    try {
      return await work();
    } finally {
      await this.run('ROLLBACK');
    }
  }

  /** The schema, inside a transaction. */
  schema(): Promise<SchemaSnapshot> {
    return readSnapshot(
      { query: async (sql, values) => (await this.client.query({ text: sql, values: [...(values ?? [])] })).rows },
      this.major,
    );
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

/** Roles that the test schemas grant to: they belong to the server, and stay. */
export async function makeRoles(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  for (const role of ['lk_reader', 'lk_writer'])
    await client.query(`CREATE ROLE ${role}`).catch((error: { code?: string }) => {
      // Another test file was first.
      if (error.code !== '42710' && error.code !== '23505') throw error;
    });
  await client.end();
}
