/** Bases that are kept between rehearsals, in lockkeeper's cache folder. They hold a schema, and no row of a target. */
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Most bases that are kept; the ones that were used last stay. */
const mostKept = 6;

/** Folder of the bases of one kind of place, made if it was not there. */
export async function baseFolder(kind: string): Promise<string> {
  const root = process.env['LOCKKEEPER_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'lockkeeper');
  const folder = join(root, 'rehearsal', kind);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Marks a base as used now. */
export async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/** Removes the bases that were not used for longest, and what a process left half made. */
export async function prune(folder: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(folder).catch(() => [])).map(async (name) => ({
      path: join(folder, name),
      used: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0,
      half: name.includes('.'),
    })),
  );
  const hourAgo = Date.now() - 3_600_000;
  const whole = entries.filter((entry) => !entry.half).sort((a, b) => b.used - a.used);
  const gone = [...whole.slice(mostKept), ...entries.filter((entry) => entry.half && entry.used < hourAgo)];
  for (const { path } of gone) await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
