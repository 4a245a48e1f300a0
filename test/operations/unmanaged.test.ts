import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../src/core/finding.js';
import { assess } from '../../src/operations/assess.js';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockkeeper-unmanaged-'));
  await mkdir(join(root, 'shop/migrations'), { recursive: true });
  await mkdir(join(root, 'other/db'), { recursive: true });
  await writeFile(
    join(root, 'shop/go.mod'),
    'module shop\n\nrequire (\n\tgithub.com/pressly/goose/v3 v3.27.3\n\tgorm.io/gorm v1.31.2\n\tgorm.io/driver/postgres v1.6.0\n)\n',
  );
  await writeFile(join(root, 'shop/main.go'), 'package main\n\nfunc main() {\n\tdb := open()\n\tdb.AutoMigrate(&User{})\n}\n');
  await writeFile(
    join(root, 'shop/migrations/00002_models.go'),
    'package migrations\n\nfunc init() { goose.AddMigrationContext(up, nil) }\n\nfunc up() { db.AutoMigrate(&User{}) }\n',
  );
  await writeFile(join(root, 'shop/migrations/00001_a.sql'), '-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n');
  await writeFile(join(root, 'other/db/1_b.sql'), '-- +goose Up\nCREATE TABLE b (id int);\n');
});
afterAll(() => rm(root, { recursive: true, force: true }));

const context = () => ({ workingFolder: root, environment: {} });
const unmanaged = (findings: readonly Finding[]): string[] =>
  findings.filter(({ rule }) => rule === 'auto-migrate-at-start').map(({ source }) => `${source?.file}:${source?.line}`);

test('AutoMigrate beside the migrations is told with its line, whichever way they are named; in a versioned migration it is not meant', async () => {
  for (const input of [{ stack: 'goose:shop' }, { files: ['shop/migrations/00001_a.sql'] }, { files: ['shop'] }])
    expect(unmanaged((await assess(input, context())).findings)).toEqual(['shop/main.go:5']);
});

test('another application of the repository is not burdened with it', async () => {
  expect(unmanaged((await assess({ files: ['other'] }, context())).findings)).toEqual([]);
});

test('asked for alone, it says what it is', async () => {
  await expect(assess({ stack: 'gorm:shop' }, context())).rejects.toMatchObject({
    problem: { code: 'UNMANAGED_SCHEMA', file: 'shop/main.go', line: 5, next: expect.stringContaining('migrations') },
  });
});
