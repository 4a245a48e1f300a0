// Runs every test here, and the fast ones on newer Node versions too. The last line is `N passed, N failed, N skipped`.
// Usage: npm test [-- words that a test file's path contains]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePackages, root, run } from './lib/packages.mjs';
import { printConformance } from './lib/conformance-table.mjs';
import { printDrift } from './lib/drift-table.mjs';
import { nodeBinary, otherMajors } from './lib/node-versions.mjs';

ensurePackages();
run(process.execPath, ['scripts/build.mjs']);

const filters = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const reports = mkdtempSync(join(tmpdir(), 'lockkeeper-test-'));
const cells = join(reports, 'conformance.jsonl');
const drift = join(reports, 'drift.jsonl');
try {
  vitest(process.execPath, 'here', filters);
  printConformance(cells);
  printDrift(drift);
  if (filters.length === 0) for (const major of otherMajors()) onNode(major);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
process.exitCode = sum.failed > 0 ? 1 : 0;

function onNode(major) {
  const binary = nodeBinary(major);
  if (binary !== null) {
    process.stdout.write(`\nThe fast tests on Node ${major}\n`);
    vitest(binary, `node${major}`, ['--project', 'fast']);
    return;
  }
  process.stdout.write(`Node ${major} cannot be installed here; the fast tests did not run on it.\n`);
  if (process.env.CI) sum.failed += 1;
  else sum.skipped += 1;
}

/** Runs vitest and adds up what its report says; a run without a report has failed. */
function vitest(node, name, words) {
  const report = join(reports, `${name}.json`);
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const result = spawnSync(node, [program, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...words], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, LOCKKEEPER_CONFORMANCE: cells, LOCKKEEPER_DRIFT_TABLE: drift },
  });
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  const failed = counts === null ? 1 : counts.numFailedTests;
  sum.passed += counts?.numPassedTests ?? 0;
  sum.skipped += (counts?.numPendingTests ?? 0) + (counts?.numTodoTests ?? 0);
  // A file that does not load, or an error outside any test, fails the run without a failed test.
  sum.failed += failed === 0 && result.status !== 0 ? 1 : failed;
}
