import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../support/postgres.js';
import { administer, inSession, problemOf } from './support/servers.js';

let server: RunningServer;
let folder: string;
let available = true;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-tls-'));
  const request = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    'key.pem',
    '-out',
    'certificate.pem',
  ];
  available = await execa('openssl', request, { cwd: folder }).then(
    () => true,
    () => false,
  );
  if (!available) return;
  server = await startServer(18);
  const [data] = await administer<{ data_directory: string }>(server.adminUrl, 'SHOW data_directory');
  const put = async (name: string): Promise<string> => {
    const lines = (await readFile(join(folder, name), 'utf8')).trim().split('\n');
    return `COPY (SELECT unnest('{${lines.map((line) => `"${line}"`).join(',')}}'::text[])) TO PROGRAM 'umask 077; cat > ${data?.data_directory}/${name}'`;
  };
  await administer(
    server.adminUrl,
    await put('key.pem'),
    await put('certificate.pem'),
    "ALTER SYSTEM SET ssl_key_file = 'key.pem'",
    "ALTER SYSTEM SET ssl_cert_file = 'certificate.pem'",
    'ALTER SYSTEM SET ssl = on',
    'SELECT pg_reload_conf()',
    'SELECT pg_sleep(0.3)',
  );
}, 120_000);

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const encrypted = (parameters: string, host = '127.0.0.1'): Promise<boolean | undefined> =>
  inSession(`${server.adminUrl.replace('127.0.0.1', host)}?${parameters}`, async (session) => {
    const [row] = await session.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return row?.ssl;
  });

describe('TLS', () => {
  it('is used where the server speaks it, and not where the address forbids it', async (context) => {
    if (!available) context.skip();
    expect(await encrypted('')).toBe(true);
    expect(await encrypted('sslmode=require')).toBe(true);
    expect(await encrypted('sslmode=disable')).toBe(false);
  });

  it('checks the certificate where the address asks for it', async (context) => {
    if (!available) context.skip();
    const root = `sslrootcert=${join(folder, 'certificate.pem')}`;
    expect(await encrypted(`sslmode=verify-ca&${root}`)).toBe(true);
    expect(await encrypted(`sslmode=require&${root}`)).toBe(true);
    expect(await encrypted(`sslmode=verify-full&${root}`, 'localhost')).toBe(true);
    for (const parameters of [
      'sslmode=verify-ca',
      'sslmode=verify-full',
      'sslmode=require&sslaccept=strict',
      `sslmode=verify-full&${root}`,
    ]) {
      expect(await problemOf(encrypted(parameters), '127.0.0.1', folder)).toMatchObject({
        code: 'DATABASE_REFUSED',
        message: expect.stringContaining('certificate'),
      });
    }
  });
});
