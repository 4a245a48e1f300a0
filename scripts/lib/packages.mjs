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
  process.stderr.write('Installing packages …\n');
  const quiet = ['--ignore-scripts', '--no-fund', '--no-audit'];
  // npm ci refuses a lock that was written where a registry has not every platform's optional packages; npm install
  // takes the same versions from the same lock.
  if (npm(['ci', ...quiet]).status === 0) return;
  const installed = npm(['install', '--no-save', ...quiet]);
  if (installed.status !== 0) fail(`npm install failed:\n${installed.stderr}`);
}

function npm(words) {
  return spawnSync('npm', words, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
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
