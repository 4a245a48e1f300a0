import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { installed } from './cache.js';

const manifest = fileURLToPath(new URL('../../../scripts/tools/goose/', import.meta.url));

/** Only PostgreSQL's driver: the others take minutes to compile. */
const tags = 'no_clickhouse no_libsql no_mssql no_mysql no_sqlite3 no_vertica no_ydb';

/** The goose program, built from the pinned module. @throws ToolUnavailable */
export async function installGoose(): Promise<string> {
  const folder = await installed('goose-3.27.3', async (building) => {
    for (const file of ['go.mod', 'go.sum']) await cp(join(manifest, file), join(building, file));
    await execa('go', ['build', '-tags', tags, '-o', 'goose', 'github.com/pressly/goose/v3/cmd/goose'], { cwd: building });
  });
  return join(folder, 'goose');
}
