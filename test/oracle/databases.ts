/** Databases for measurements on one server: copied from a template that holds the common setup. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestServer } from '../support/servers.js';

export interface Databases {
  /** A fresh database with the common setup and this one on top; its connection string. */
  create(setup: string): Promise<string>;
  drop(url: string): Promise<void>;
  end(): Promise<void>;
}

/** Makes the template. One call a server. */
export async function prepareDatabases(server: TestServer, commonSetup: string): Promise<Databases> {
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  const template = await createNamed(admin, 'template0', server);
  await runScript(server.url(template), commonSetup, 'the common setup');
  return {
    async create(setup) {
      const name = await createNamed(admin, template, server);
      if (setup.trim()) await runScript(server.url(name), setup, 'the setup');
      return server.url(name);
    },
    async drop(url) {
      await admin.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
    },
    async end() {
      await admin.query(`DROP DATABASE ${template} WITH (FORCE)`);
      await admin.end();
    },
  };
}

async function createNamed(admin: pg.Client, template: string, server: TestServer): Promise<string> {
  const name = `measured_${randomBytes(6).toString('hex')}`;
  // Copying files is quicker than writing them through the log, which 15 made the default.
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} ${server.major >= 15 ? 'STRATEGY file_copy' : ''}`);
  return name;
}

/** A script is sent whole, as one transaction; lines `-- next` cut it into several, for what cannot share one. */
async function runScript(url: string, sql: string, what: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const part of sql.split(/^-- next$/m)) await client.query(part);
  } catch (error) {
    throw new Error(`${what} failed: ${error instanceof Error ? error.message : String(error)}\n${sql}`);
  } finally {
    await client.end();
  }
}
