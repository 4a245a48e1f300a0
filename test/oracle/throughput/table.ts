/** The table of throughput that estimates are made from, with the conditions it was measured under. */
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { startServer } from '../../support/postgres.js';
import { measureThroughput } from './measure.js';

const major = 18;

/** A server that keeps its data safe and has PostgreSQL's own defaults, unlike the quick throw-away servers of the tests. */
const asDelivered = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'replica',
  shared_buffers: '128MB',
  max_parallel_maintenance_workers: 2,
  max_parallel_workers_per_gather: 2,
};

const told = [...Object.keys(asDelivered), 'maintenance_work_mem', 'max_wal_size'];

/** Measures on a server of its own and gives JSON, one table a line. */
export async function generateThroughput(): Promise<string> {
  const server = await startServer(major, asDelivered);
  const client = new pg.Client({ connectionString: server.adminUrl });
  try {
    await client.connect();
    const settings: Record<string, string> = {};
    for (const name of told) settings[name] = Object.values((await client.query<Record<string, string>>(`SHOW ${name}`)).rows[0] ?? {})[0]!;
    const { coldReadMegabytesPerSecond, tables } = await measureThroughput(client, (line) => console.error(line));
    const date = new Date().toISOString().slice(0, 10);
    const conditions = { server: server.version, date, cores: availableParallelism(), settings, coldReadMegabytesPerSecond };
    const lines = Object.entries(conditions).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
    return `{\n${lines.join('\n')}\n  "tables": [\n${tables.map((table) => `    ${JSON.stringify(table)}`).join(',\n')}\n  ]\n}\n`;
  } finally {
    await client.end();
    await server.stop();
  }
}
