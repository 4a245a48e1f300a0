import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/core/redact.js';

describe('redact', () => {
  it.each([
    ['postgres://bob:s3cr3t@db.internal:5432/shop?schema=public', 'postgres://***'],
    ['cannot reach postgresql+psycopg2://bob:s3cr3t@db.internal/shop now', 'cannot reach postgresql+psycopg2://*** now'],
    ['jdbc:postgresql://db.internal/shop?user=bob&password=s3cr3t', 'postgresql://***'],
    ['DATABASE_URL="postgres://bob:s3c"r3t@db.internal/shop"', 'DATABASE_URL="postgres://***"'],
    ['mysql://bob:s3cr3t@db.internal/shop', 'mysql://***'],
    ['prisma+postgres://accelerate.prisma-data.net/?api_key=s3cr3t', 'prisma+postgres://***'],
    ['https://s3cr3t@db.internal.example/x', 'https://***@db.internal.example/x'],
    ['https://bob:s3cr3t@git.example/x', 'https://***@git.example/x'],
    ['bob:s3cr3t@tcp(db.internal:3306)/shop', '***'],
    ["host=db.internal port=5432 user=bob password='s3 cr3t' dbname=shop", 'host=*** port=5432 user=*** password=*** dbname=shop'],
    ['{"password": "s3 \\"cr3t", "x": 1}', '{"password": ***, "x": 1}'],
    ['PGPASSWORD=s3cr3t psql', 'PGPASSWORD=*** psql'],
    ['--password s3cr3t --verbose', '--password *** --verbose'],
    ["CREATE ROLE app LOGIN PASSWORD 's3cr3t'", 'CREATE ROLE app LOGIN PASSWORD ***'],
    ['password authentication failed for user "bob"', 'password authentication failed for user ***'],
    [
      'no pg_hba.conf entry for host "10.0.0.7", user "bob", database "shop"',
      'no pg_hba.conf entry for host ***, user ***, database "shop"',
    ],
    ["Can't reach database server at `db.internal:5432`", "Can't reach database server at ***"],
    ['connection to server at "db.internal" (10.0.0.7), port 5432 failed', 'connection to server at ***, port 5432 failed'],
    ['connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED ***'],
    ['getaddrinfo ENOTFOUND db.internal', 'getaddrinfo ENOTFOUND ***'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(redact(redact(text))).toBe(expected);
  });

  it.each([
    'ALTER TABLE users ADD COLUMN host text',
    'see https://www.postgresql.org/docs/18/',
    'CREATE INDEX i ON t (a, b)',
    'file src/a.sql:3',
  ])('leaves alone: %s', (text) => expect(redact(text)).toBe(text));

  it('hides known secrets wherever they are, longest first', () => {
    expect(redact('pw abc, then abcdef', ['abc', 'abcdef', null, ''])).toBe('pw ***, then ***');
  });

  it('never lets the password of a database address through, and ends fast', () => {
    const password = fc.stringMatching(/^[!-~]{6,24}$/).filter((text) => !/[@\s"'`<>]/.test(text));
    fc.assert(
      fc.property(
        password,
        fc.constantFrom('postgres', 'postgresql+asyncpg', 'mysql', 'jdbc:postgresql'),
        fc.string(),
        (secret, scheme, noise) => {
          expect(redact(`${noise} ${scheme}://bob:${secret}@h:1/d`)).not.toContain(`bob:${secret}`);
        },
      ),
    );
    const start = performance.now();
    for (const piece of ['a', 'a:', 'password', 'postgres://', '"', 'a@', "password='", 'a:b@', 'x://']) redact(piece.repeat(20_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
