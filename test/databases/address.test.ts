import { describe, expect, it } from 'vitest';
import { type Address, readAddress } from '../../src/databases/postgres/address.js';
import { judgeMajor, readMajor } from '../../src/databases/postgres/version.js';
import { problemOf } from './support/servers.js';

const read = (text: string): Address => readAddress(text, 'DATABASE_URL');
const base = { host: 'h', port: 5432, user: 'u', password: 'p', database: 'd' };

describe('readAddress', () => {
  it.each([
    ['postgres://u:p@h/d', base],
    ['postgresql://u:p@h:6543/d', { ...base, port: 6543 }],
    ['postgresql+psycopg2://u:p@h/d', base],
    ['postgresql+asyncpg://u:p@h/d', base],
    ['postgis://u:p@h/d', base],
    ['"postgres://u:p@h/d"', base],
    ['jdbc:postgresql://h:5432/d?user=u&password=p', base],
    ['postgres://u:p%40%23@h/d', { ...base, password: 'p@#' }],
    ['postgres://u:p@#?/x@h/d', { ...base, password: 'p@#?/x' }],
    ['postgres://u:100%@h/d', { ...base, password: '100%' }],
    ['postgres://u:p@h/d?application_name=a@b', base],
    ['postgres://u:p@[::1]:5433/d', { ...base, host: '::1', port: 5433 }],
    ['postgres://u:p@/d?host=/var/run/postgresql', { ...base, host: '/var/run/postgresql' }],
    ['postgres://u:p@%2Ftmp/d', { ...base, host: '/tmp' }],
    ['postgres:///d', { host: 'localhost', user: null, password: null, database: 'd' }],
    ['postgres://h', { host: 'h', database: null }],
    ["host=h port=5432 user=u password='p \\'q' dbname=d", { ...base, password: "p 'q" }],
    ['postgres://u:p@h/d?schema=shop', { searchPath: ['shop'] }],
    ['postgres://u:p@h/d?schema=My+Schema', { searchPath: ['My Schema'] }],
    ['jdbc:postgresql://h/d?currentSchema=shop,public', { searchPath: ['shop', 'public'] }],
    [
      'postgres://u:p@h/d?options=-c%20search_path%3Dshop,public',
      { searchPath: ['shop', 'public'], options: '-c search_path=shop,public' },
    ],
    ['postgres://u:p@h/d', { searchPath: null, sslMode: 'prefer', pooled: false }],
    ['postgres://u:p@h/d?pgbouncer=true&connection_limit=1', { pooled: true }],
    ['postgres://u:p@h/d?sslmode=disable', { sslMode: 'disable' }],
    ['postgres://u:p@h/d?sslmode=require&sslaccept=strict', { sslMode: 'verify-full' }],
    ['postgres://u:p@h/d?sslmode=verify-ca&sslrootcert=/ca.pem', { sslMode: 'verify-ca', sslRootCertificate: '/ca.pem' }],
    ['jdbc:postgresql://h/d?ssl=true', { sslMode: 'require' }],
  ])('%s', (text, expected) => expect(read(text)).toMatchObject(expected));

  it('reads the first of several hosts and says so', () => {
    expect(read('postgres://u:p@a:1,b:2/d')).toMatchObject({ host: 'a', port: 1, notes: [expect.stringContaining('first')] });
  });

  it.each([
    ['mysql://u:s3cr3t@h/d', 'NOT_SUPPORTED_YET', 'mysql'],
    ['sqlite:///tmp/s3cr3t', 'NOT_SUPPORTED_YET', 'sqlite'],
    ['file:./s3cr3t.db', 'NOT_SUPPORTED_YET', 'file'],
    ['prisma+postgres://accelerate/?api_key=s3cr3t', 'NOT_SUPPORTED_YET', 'Prisma'],
    ['just some s3cr3t text', 'BAD_USAGE', 'DATABASE_URL'],
  ])('refuses %s', async (text, code, word) => {
    const problem = await problemOf(
      Promise.resolve().then(() => read(text)),
      's3cr3t',
    );
    expect(problem.code).toBe(code);
    expect(problem.message).toContain(word);
  });
});

describe('version', () => {
  it('reads the major', () => {
    expect(readMajor('PostgreSQL 16.4 (Debian 16.4-1) on x86_64-pc-linux-gnu, compiled by gcc')).toBe(16);
    expect(readMajor('PostgreSQL 19beta1 on x86_64')).toBe(19);
  });

  it.each(['CockroachDB CCL v23.1', 'PostgreSQL 8.0.2 on i686, Redshift 1.0', 'PostgreSQL 11.2-YB-2.18 on x86_64'])(
    'refuses %s',
    async (text) => {
      expect((await problemOf(Promise.resolve().then(() => readMajor(text)))).code).toBe('NOT_SUPPORTED_YET');
    },
  );

  it('refuses what says no version', async () => {
    expect((await problemOf(Promise.resolve().then(() => readMajor('hello')))).code).toBe('DATABASE_REFUSED');
  });

  it('notes newer servers and refuses older ones', async () => {
    expect(judgeMajor(14)).toBeNull();
    expect(judgeMajor(18)).toBeNull();
    expect(judgeMajor(19)).toContain('19');
    const problem = await problemOf(Promise.resolve().then(() => judgeMajor(13)));
    expect(problem).toMatchObject({ code: 'DATABASE_TOO_OLD', message: expect.stringContaining('14 to 18') });
  });
});
