// Everything that can be checked without running the program: types, lint and format, unused code, generated files.
import { spawnSync } from 'node:child_process';
import { binary, ensurePackages, root } from './lib/packages.mjs';
import { ruleIndexIsCurrent } from './lib/rule-index.mjs';

ensurePackages();
const failed = [];
if (!ruleIndexIsCurrent()) failed.push('src/rules/index.generated.ts is not current: npm run generate');
check('types', binary('tsc'), ['--noEmit']);
check('lint and format', binary('biome'), ['check', '--reporter=summary', '.']);
check('imports', binary('vitest'), ['run', '--project', 'fast', 'test/architecture']);
check('unused code', binary('knip'), ['--no-progress']);

for (const message of failed) process.stderr.write(`✖ ${message}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
if (failed.length === 0) process.stdout.write('Everything is in order.\n');

function check(name, program, words) {
  process.stdout.write(`• ${name}\n`);
  const result = spawnSync(program, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return;
  process.stdout.write(`${result.stdout}${result.stderr}`);
  failed.push(name);
}
