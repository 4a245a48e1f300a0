import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Installs the packages of the lock file when they are missing or older than it, so that every script works on a fresh clone. */
export function ensurePackages() {
  const mark = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return;
  process.stderr.write('Installing packages (npm ci --ignore-scripts) …\n');
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (npm.status !== 0) fail('npm ci failed');
}

/** Runs a program to its end with everything it says; ends this process when it fails. */
export function run(program, words, options = {}) {
  const result = spawnSync(program, words, { cwd: root, stdio: 'inherit', ...options });
  if (result.status !== 0) fail(`${words.join(' ')} failed`);
}

/** Path of a program that a package brings. */
export function binary(name) {
  return join(root, 'node_modules', '.bin', name);
}

/** Ends this process with one line. */
export function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
