import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Newer Node versions on which the fast tests run as well, as packages of the registry. */
const versions = { 22: '22.23.3', 24: '24.21.0' };

/** Other majors than the one that runs now. */
export function otherMajors() {
  const current = Number(process.versions.node.split('.')[0]);
  return Object.keys(versions)
    .map(Number)
    .filter((major) => major !== current);
}

/**
 * Path of a Node binary, installed into the cache folder once; null where it cannot be had.
 *
 * @param major 22 or 24
 */
export function nodeBinary(major) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(cacheFolder(), `${name}-${versions[major]}`);
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) return binary;
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  writeFileSync(join(building, 'package.json'), '{ "private": true }\n');
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', `${name}@${versions[major]}`];
  const npm = spawnSync('npm', words, { cwd: building, stdio: 'ignore' });
  if (npm.status === 0 && !existsSync(folder)) renameSync(building, folder);
  rmSync(building, { recursive: true, force: true });
  return existsSync(binary) ? binary : null;
}

/** The folder that test/support uses as well. */
function cacheFolder() {
  if (process.env.LOCKKEEPER_CACHE) return process.env.LOCKKEEPER_CACHE;
  if (process.getuid?.() === 0) return '/var/cache/lockkeeper';
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lockkeeper');
}
