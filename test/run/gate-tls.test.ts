// The server of this file speaks TLS and asks for passwords: it is its own, beside those of support/servers.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddress } from '../../src/databases/postgres/address.js';
import { type GuardedGate, openGuardedGate } from '../../src/databases/postgres/wire/guarded-gate.js';
import { OpenReferee } from '../../src/run/gate/open-referee.js';
import { guardSettings } from '../../src/run/gate/settings.js';
import { type RunningServer, startServer } from '../support/postgres.js';
import { quick } from './support/plan.js';

const secret = 'Battery-Staple-4410';
let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-gate-tls-'));
  await execa(
    'openssl',
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out certificate.pem'.split(
      ' ',
    ),
    { cwd: folder },
  );
  server = await startServer(17);
  const [data] = await admin<{ data_directory: string }>('SHOW data_directory');
  const put = async (name: string, text: string): Promise<void> => {
    const lines = text
      .trim()
      .split('\n')
      .map((line) => `"${line}"`);
    await admin(`COPY (SELECT unnest('{${lines.join(',')}}'::text[])) TO PROGRAM 'umask 077; cat > ${data!.data_directory}/${name}'`);
  };
  for (const name of ['key.pem', 'certificate.pem']) await put(name, await readFile(join(folder, name), 'utf8'));
  for (const role of ['scram', 'old', 'clear']) {
    await admin(`SET password_encryption = '${role === 'old' ? 'md5' : 'scram-sha-256'}'; CREATE ROLE ${role} LOGIN PASSWORD '${secret}'`);
  }
  await put(
    'pg_hba.conf',
    [
      'hostssl all scram 127.0.0.1/32 scram-sha-256',
      'host all old 127.0.0.1/32 md5',
      'host all clear 127.0.0.1/32 password',
      'host all postgres 127.0.0.1/32 trust',
    ].join('\n'),
  );
  await admin("ALTER SYSTEM SET ssl_key_file = 'key.pem'");
  await admin("ALTER SYSTEM SET ssl_cert_file = 'certificate.pem'");
  await admin('ALTER SYSTEM SET ssl = on');
  await admin('SELECT pg_reload_conf()');
  for (let round = 0; round < 100; round += 1) {
    const [row] = await admin<{ ssl: string }>('SHOW ssl');
    if (row?.ssl === 'on') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}, 120_000);

afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Entry {
  encrypted: boolean;
  password: string;
}

/** Enters through a gate in front of the server; answers whether the gate's own connection is encrypted. */
async function through(role: string, parameters: string, password = secret): Promise<Entry> {
  const { port } = new URL(server.adminUrl);
  const address = readAddress(`postgresql://${role}:${password}@localhost:${port}/postgres?${parameters}`, 'URL');
  const gate: GuardedGate = await openGuardedGate(address, guardSettings(quick, 'lockkeeper run'), new OpenReferee(() => undefined));
  const client = new pg.Client({ host: '127.0.0.1', port: gate.port, user: gate.user, password: gate.password, database: gate.database });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return { encrypted: rows[0]!.ssl, password: gate.password };
  } finally {
    await client.end().catch(() => undefined);
    await gate.close();
  }
}

const said = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it passed',
    (error: Error) => error.message,
  );

describe('the gate and a server that asks for a password', () => {
  it('SCRAM-SHA-256 over TLS, the certificate checked; the program never has the real password', async () => {
    const entered = await through('scram', `sslmode=verify-full&sslrootcert=${join(folder, 'certificate.pem')}`);
    expect(entered.encrypted).toBe(true);
    expect(entered.password).not.toContain(secret);
    expect((await through('scram', '')).encrypted).toBe(true);
  });

  it('a certificate that nobody vouches for is refused, without a word of the address', async () => {
    const message = await said(through('scram', 'sslmode=verify-full'));
    expect(message).toContain('certificate');
    expect(message).not.toContain(secret);
  });

  it('a wrong password is told as such, and not shown', async () => {
    const message = await said(through('scram', 'sslmode=require', 'not-this-one'));
    expect(message).toContain('refused the password');
    expect(message).not.toContain('not-this-one');
  });

  it('MD5, and a password in clear under TLS alone', async () => {
    expect((await through('old', 'sslmode=disable')).encrypted).toBe(false);
    expect((await through('clear', 'sslmode=require')).encrypted).toBe(true);
    expect(await said(through('clear', 'sslmode=disable'))).toContain('in clear on a connection without TLS');
  });
});

async function admin<Row extends object>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows ?? [];
  } finally {
    await client.end();
  }
}
