/** Folders of SQL files, and the tool whose markers the files bear. Read once, only the beginnings of a few files each. */
import { baseName, byText, parentFolder } from './paths.js';
import type { Repository } from './repository.js';
import { lineOf } from './tool.js';

export type SqlMarker = 'goose' | 'dbmate' | 'sql-migrate' | 'liquibase' | 'node-pg-migrate';

export interface SqlFolder {
  folder: string;
  /** All `.sql` files directly in it, sorted. */
  files: string[];
  /** Tool whose marker the sampled files bear, and where it was seen. */
  marker: { tool: SqlMarker; file: string; line: number } | null;
}

const markers: [SqlMarker, RegExp][] = [
  ['goose', /^\s*--\s*\+goose\s+Up\b/im],
  ['dbmate', /^\s*--\s*migrate:up\b/m],
  ['sql-migrate', /^\s*--\s*\+migrate\s+Up\b/m],
  ['liquibase', /^\s*--\s*liquibase formatted sql/im],
  ['node-pg-migrate', /^\s*--\s*Up Migration\b/m],
];

/** Every folder that directly holds `.sql` files. */
export function sqlFolders(repository: Repository): SqlFolder[] {
  return repository.once('sql folders', () => {
    const folders = new Map<string, string[]>();
    for (const file of repository.withExtension('sql')) folders.set(parentFolder(file), [...(folders.get(parentFolder(file)) ?? []), file]);
    return [...folders]
      .sort(([a], [b]) => byText(a, b))
      .map(([folder, files]) => ({ folder, files: files.sort(byText), marker: markerOf(repository, files) }));
  });
}

/** Numbered files say most: the first two and the last of them are looked into, else of all files. */
function markerOf(repository: Repository, files: string[]): SqlFolder['marker'] {
  const numbered = files.filter((file) => /^\d/.test(baseName(file)));
  const pool = numbered.length > 0 ? numbered : files;
  const sample = new Set([pool[0], pool[1], pool.at(-1)]);
  for (const file of sample) {
    if (file === undefined) continue;
    const text = repository.peek(file);
    for (const [tool, pattern] of markers) {
      const line = lineOf(text, pattern);
      if (line !== null) return { tool, file, line };
    }
  }
  return null;
}

/** Leading digits of a file name, or null. */
export function leadingNumber(file: string): string | null {
  return /^(\d+)/.exec(baseName(file))?.[1] ?? null;
}

/** Whether numbers count or are dates: 14 digits of a date, 10 to 13 of seconds or milliseconds. */
export function orderOfNumbers(numbers: (string | null)[]): 'timestamp' | 'sequence' | 'unknown' {
  const known = numbers.filter((number) => number !== null);
  if (known.length === 0) return 'unknown';
  return known.some((number) => number.length >= 10) ? 'timestamp' : 'sequence';
}
