import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ToolUnavailable } from '../conformance/driver.js';
import { installed } from './cache.js';

const manifest = fileURLToPath(new URL('../../../scripts/tools/goose/', import.meta.url));

/** Only PostgreSQL's driver: the others take minutes to compile. */
const tags = ['no_clickhouse', 'no_libsql', 'no_mssql', 'no_mysql', 'no_sqlite3', 'no_vertica', 'no_ydb'];

/** Variables that `go run` takes the same from. */
export const goFlags = { GOFLAGS: `-tags=${tags.join(',')}` };

/** The goose program, built from the pinned module. @throws ToolUnavailable */
export async function installGoose(): Promise<string> {
  const folder = await installed('goose-3.27.3', async (building) => {
    for (const file of ['go.mod', 'go.sum']) await cp(join(manifest, file), join(building, file));
    await execa('go', ['build', '-tags', tags.join(' '), '-o', 'goose', 'github.com/pressly/goose/v3/cmd/goose'], { cwd: building });
  });
  return join(folder, 'goose');
}

/** Lets Go download and build what `go run` of goose with `goFlags` needs; Go keeps it. @throws ToolUnavailable */
export async function installGooseForGoRun(): Promise<void> {
  await execa('go', ['run', 'github.com/pressly/goose/v3/cmd/goose@v3.27.3', '-version'], { env: goFlags }).catch((error: Error) => {
    throw new ToolUnavailable(`go run of goose does not work here: ${error.message.slice(0, 2000)}`);
  });
}
