/**
 * What each way of making a change costs an application that goes on: longest stall and failed statements of the plain migration, of our plan and
 * of pgroll, on one server in one run. Prints a table; nothing here fails on a number.
 *
 * LOCKKEEPER_LOAD_ROWS: rows of each table. LOCKKEEPER_LOAD_ONLY: part of an intent's name.
 */
import pg from 'pg';
import { loadParser } from '../../src/sql/postgres/parser.js';
import { administer } from '../databases/support/servers.js';
import { loadIntents, setup } from '../load/support/intents.js';
import { byPgroll, calm, type Measured, naive, planned } from '../load/support/scene.js';
import { installPgroll, pgrollVersion } from '../orms/install/pgroll.js';
import { startServer } from '../support/postgres.js';
import { printTable } from './table.mjs';

const rows = Number(process.env.LOCKKEEPER_LOAD_ROWS ?? 2_000_000);
const only = process.env.LOCKKEEPER_LOAD_ONLY ?? '';
await loadParser();
const pgroll = await installPgroll();
const server = await startServer(17, { autovacuum: 'on', shared_buffers: '256MB', max_wal_size: '4GB' });
const admin = new pg.Client({ connectionString: server.adminUrl });
await admin.connect();
try {
  await admin.query('CREATE DATABASE load');
  await administer(server.url('load'), ...setup(rows));
  const table = [['change', 'way', 'longest stall', 'failed / statements', 'took', '']];
  for (const intent of loadIntents.filter(({ name }) => name.includes(only))) {
    const ways: [string, (url: string) => Promise<Measured>][] = [
      ['no change', (url) => calm(url, intent)],
      ['plain', (url) => naive(url, intent)],
      ['lockkeeper', (url) => planned(url, intent)],
      ...(intent.pgroll === null
        ? []
        : [['pgroll', (url: string) => byPgroll(url, intent, pgroll)] as [string, (url: string) => Promise<Measured>]]),
    ];
    for (const [way, work] of ways) {
      await admin.query('CREATE DATABASE load_copy TEMPLATE load');
      const seen = await work(server.url('load_copy'));
      await admin.query('DROP DATABASE load_copy WITH (FORCE)');
      const note = seen.broken ?? seen.errors[0] ?? '';
      table.push([
        way === 'no change' ? intent.name : '',
        way,
        `${seen.longestMs} ms`,
        `${seen.failed} / ${seen.old.statements + seen.fresh.statements}`,
        `${(seen.tookMs / 1000).toFixed(1)} s`,
        `${seen.broken === null ? '' : 'DID NOT FINISH: '}${note.replaceAll('\n', ' ').slice(0, 110)}`,
      ]);
      process.stderr.write(`${table.at(-1)?.join(' | ')}\n`);
    }
  }
  process.stdout.write(
    `PostgreSQL ${server.version}, pgroll ${pgrollVersion}, ${rows.toLocaleString('en')} rows a table, 4 connections of the application and a report that reads for a second at a time\n\n`,
  );
  printTable(table);
} finally {
  await admin.end();
  await server.stop();
}
