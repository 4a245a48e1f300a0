// Measures lockkeeper beside Squawk, a bare server, pg_dump, the bare tools and pgroll, in one run, and prints ratios. Nothing here fails
// on a number.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { interleaved, median, Partner, timeProgram } from '../test/bench/measure.mjs';
import { openSession, timeToFirstAnswer } from '../test/bench/session.mjs';
import { script } from '../test/bench/sql.mjs';
import { milliseconds, printTable, rate, ratio, verdict } from '../test/bench/table.mjs';
import { bundleOptions, bundlePrelude, parserFile } from './lib/bundle.mjs';
import { ensurePackages, fail, root, run } from './lib/packages.mjs';

ensurePackages();
const require = createRequire(import.meta.url);
const cli = join(root, 'dist/cli.js');
run(process.execPath, [join(root, 'scripts/build.mjs')]);
if (!existsSync(cli)) fail('dist/cli.js was not built.');

const rounds = Number(process.env.LOCKKEEPER_BENCH_ROUNDS ?? 9);
const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const write = (name, text) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
mkdirSync(join(folder, 'many'));
const many = Array.from({ length: 1000 }, (_, at) => write(`many/${String(at).padStart(4, '0')}.sql`, script(5, at)));
const large = Object.fromEntries([5_000, 10_000, 50_000].map((count) => [count, write(`large-${count}.sql`, script(count))]));
const small = write('small.sql', script(10));

const squawkVersion = require('squawk-cli/package.json').version;
const squawkShim = require.resolve('squawk-cli/js/bin/squawk');
const squawkNative = require('squawk-cli/js/index.js').getBinaryPath();
const squawk = (files) => timeProgram(squawkNative, ['--reporter', 'json', ...files], { cwd: folder });

const rows = [['', 'measured', 'lockkeeper', 'beside it', 'ratio', 'target', '']];
// Bundled as it is shipped: transpiled on the fly, each closure would cost more than in the product.
const warm = await bundle('test/bench/warm.ts', 'warm.mjs');
copyFileSync(join(root, parserFile), join(folder, 'libpg-query.wasm'));
const analyser = new Partner([warm], { cwd: root });
try {
  const judge = async (files, more = {}) => Number(await analyser.ask({ files, ...more }));

  for (const [letter, what, files] of [
    ['a', '1,000 files of 5 statements', many],
    ['b', 'one file of 5,000 statements', [large[5_000]]],
  ]) {
    const time = await interleaved(rounds, { ours: () => judge(files), squawk: () => squawk(files) });
    const factor = time.squawk / time.ours;
    rows.push([
      letter,
      `${what}: analyser warm / squawk native`,
      `${milliseconds(time.ours)}, ${rate(5000, time.ours)}`,
      `${milliseconds(time.squawk)}, ${rate(5000, time.squawk)}`,
      ratio(factor),
      '>= 1.0x',
      verdict(factor >= 1),
    ]);
  }

  const cold = await interleaved(rounds, {
    ours: () => timeProgram(process.execPath, [cli, 'assess', '--json', 'many'], { cwd: folder, worstExit: 3 }),
    squawk: () => timeProgram(process.execPath, [squawkShim, '--reporter', 'json', ...many], { cwd: folder }),
  });
  const coldFactor = cold.ours / cold.squawk;
  rows.push([
    '',
    '1,000 files, cold: assess --json / squawk npm shim',
    milliseconds(cold.ours),
    milliseconds(cold.squawk),
    ratio(coldFactor),
    '<= 2.5x',
    verdict(coldFactor <= 2.5),
  ]);

  const growth = await interleaved(
    Math.min(rounds, 5),
    Object.fromEntries(Object.entries(large).map(([count, file]) => [count, () => judge([file])])),
  );
  const perStatement = (count) => growth[count] / count;
  for (const count of [10_000, 50_000]) {
    const factor = perStatement(count) / perStatement(5_000);
    rows.push([
      'c',
      `time a statement, one file of ${count.toLocaleString('en')} / of 5,000`,
      milliseconds(growth[count]),
      milliseconds(growth[5_000]),
      ratio(factor),
      'linear: ~1.0x',
      verdict(factor <= 1.25),
    ]);
  }

  const session = await openSession(cli, folder);
  const calls = [];
  const parses = [];
  for (let round = 0; round < 120; round++) {
    const call = await session.call('assess_risk', { sql: readFileSync(small, 'utf8'), server_version: 18 });
    const parse = await judge([small], { parseOnly: true });
    if (round < 20) continue;
    calls.push(call);
    parses.push(parse);
  }
  const rest = median(calls) - median(parses);
  rows.push([
    'd',
    'assess_risk of 10 statements over MCP, warm, without parsing',
    milliseconds(rest),
    `${milliseconds(median(calls))} with, ${milliseconds(median(parses))} parsing`,
    '',
    '< 10 ms',
    verdict(rest < 10),
  ]);

  const bare = await bundle('test/bench/bare-server.mjs', 'bare.mjs');
  const start = await interleaved(rounds, { ours: () => timeToFirstAnswer(cli, folder), bare: () => timeToFirstAnswer(bare, folder) });
  const startFactor = start.ours / start.bare;
  rows.push([
    'e',
    'server start to first answer / bare SDK server, bundled',
    milliseconds(start.ours),
    milliseconds(start.bare),
    ratio(startFactor),
    '<= 1.5x',
    verdict(startFactor <= 1.5),
  ]);

  await session.call('assess_risk', { files: ['many'], project: folder });
  await session.call('assess_risk', { files: ['large-5000.sql'], project: folder });
  const serverPeak = session.peakMemory();
  await session.stop();
  if (serverPeak !== null)
    rows.push([
      'f',
      'peak memory of the server after 1,000 files and one of 5,000',
      `${Math.round(serverPeak / 1024)} MB`,
      '',
      '',
      '< 250 MB',
      verdict(serverPeak / 1024 < 250),
    ]);
  rows.push([
    'f',
    'peak memory of the command line on 1,000 files',
    `${coldMemory()} MB`,
    '',
    '',
    '< 250 MB',
    verdict(coldMemory.last < 250),
  ]);
} finally {
  await analyser.stop();
}

(await import('tsx/esm/api')).register();
const { driftRows } = await import('../test/bench/drift.mjs');
mkdirSync(join(folder, 'drift'));
rows.push(...(await driftRows({ bundle: cli, folder: join(folder, 'drift'), rounds: 3 })));

const gate = measureGate();
if (gate !== null) {
  const slower = gate.pgbench.gate / gate.pgbench.direct;
  rows.push([
    'g',
    'pgbench -S, 4 clients: through the gate / direct',
    `${Math.round(gate.pgbench.gate)}/s`,
    `${Math.round(gate.pgbench.direct)}/s`,
    ratio(slower),
    '',
    '',
  ]);
  const replay = gate.replay.gate / gate.replay.direct;
  rows.push([
    'g',
    `${gate.replay.migrations} migrations: through the gate / direct`,
    milliseconds(gate.replay.gate),
    milliseconds(gate.replay.direct),
    ratio(replay),
    '',
    '',
  ]);
  rows.push(['g', 'from approval to the first statement, without the tool', milliseconds(gate.firstStatement), '', '', '', '']);
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
process.stdout.write(
  `lockkeeper ${version}, squawk ${squawkVersion}, Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${release()}\n`,
);
process.stdout.write(`Medians of ${rounds} interleaved rounds (c: ${Math.min(rounds, 5)}, d: 100 calls).\n\n`);
printTable(rows);
process.stdout.write('\n');
for (const file of ['rehearse.ts', 'load.ts']) run(process.execPath, ['--import', 'tsx', join(root, 'test/bench', file)]);

/** A program of the bench, bundled as the product is. */
async function bundle(entry, name) {
  const { build } = await import('esbuild');
  const outfile = join(folder, name);
  await build({ ...bundleOptions, entryPoints: [entry], outfile, banner: { js: bundlePrelude }, logLevel: 'error' });
  return outfile;
}

/** Peak memory in MB of the command line, as the process itself tells at its end. */
function coldMemory() {
  const file = write('peak.txt', '');
  const tell = `data:text/javascript,import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;
  timeProgram(process.execPath, ['--import', tell, cli, 'assess', '--json', 'many'], { cwd: folder, worstExit: 3 });
  coldMemory.last = Math.round(Number(readFileSync(file, 'utf8')) / 1024);
  return coldMemory.last;
}

/** The gate beside no gate; null where there is no pgbench. */
function measureGate() {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'test/bench/gate.ts')], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout) : null;
}
