/** Each rule's examples on real servers: the analyser predicts their locks and rewrites, and every fix that a rule suggests runs. */
import pg from 'pg';
import { describe, test } from 'vitest';
import { rules } from '../../src/rules/index.generated.js';
import { type Judge, loadJudge } from '../../src/rules/judge.js';
import { splitStatements } from '../../src/sql/postgres/split.js';
import { unitOf } from '../sql/analyse.js';
import { testServers } from '../support/servers.js';
import { differencesBetween } from './agreement.js';
import { type Databases, prepareDatabases } from './databases.js';
import { observeAll } from './measure.js';
import { predict } from './predict.js';
import { setupOf, shapesOfRule } from './rule-shapes.js';
import type { Shape } from './types.js';

const servers = testServers();
// The oldest and the newest: shapes and matrix are compared on all of them.
const named = servers
  .filter(({ major }) => major === 14 || major === 18)
  .map((server) => ({ name: `PostgreSQL ${server.version}`, server }));
const quiet = Object.fromEntries(Object.keys(rules).map((id) => [id, 'on' as const]));

describe.skipIf(servers.length === 0)('rules and real servers', () => {
  test.concurrent.for(named)('locks and rewrites of every example: $name', { timeout: 1_200_000 }, async ({ server }, { expect }) => {
    const shapes = Object.entries(rules).flatMap(([id, rule]) => shapesOfRule(id, rule));
    const wrong: string[] = [];
    const pending: Promise<void>[] = [];
    await observeAll(
      server,
      shapes,
      (shape, observation) => {
        // Rows decide over these, not text and schema; the rules say so in words.
        if (/^(22|23|08)/.test(observation.error?.code ?? '') || (shape.fails && observation.error?.code === shape.fails)) return;
        pending.push(
          predict(shape, server.major, '').then((prediction) => {
            if (prediction === null) return;
            const seen = {
              ...observation,
              error: observation.error?.code ?? null,
              scans: prediction.scans,
              indexBuilds: prediction.indexBuilds,
            };
            const differences = differencesBetween(prediction, seen).filter((line) => isTold(line, shape));
            if (differences.length > 0) wrong.push(`${shape.id}: ${shape.sql}\n    ${differences.join('\n    ')}`);
          }),
        );
      },
      '',
    );
    await Promise.all(pending);
    expect(wrong.join('\n')).toBe('');
    expect(shapes.length).toBeGreaterThan(300);
  });

  test.concurrent.for(named)('every suggested fix runs: $name', { timeout: 1_200_000 }, async ({ server }, { expect }) => {
    const judge = await loadJudge();
    const databases = await prepareDatabases(server, '');
    const failed: string[] = [];
    let run = 0;
    try {
      for (const { id, setups, fix } of fixes(judge, server.major)) {
        run++;
        // A fix stands for its statement, or for the whole file.
        const error = (await runFix(databases, setups[0]!, fix)) && (await runFix(databases, setups[1]!, fix));
        if (error) failed.push(`${id}: ${error}\n${fix}`);
      }
    } finally {
      await databases.end();
    }
    expect(failed.join('\n\n')).toBe('');
    expect(run).toBeGreaterThan(100);
  });
});

/**
 * False for what these examples cannot show: their tables are empty, so that nothing is rewritten and no sequence called; and locks that an
 * earlier statement of the same transaction holds are not seen again. The shapes and the matrix, which have rows, show all of that.
 */
function isTold(line: string, shape: Shape): boolean {
  if (line.startsWith('rewrites: predicted but not observed') || line.endsWith('predicted RowExclusiveLock, observed none')) return false;
  return !(shape.before && line.startsWith('lock on'));
}

function* fixes(judge: Judge, version: number): Generator<{ id: string; setups: string[]; fix: string }> {
  for (const [id, rule] of Object.entries(rules)) {
    for (const example of rule.bad) {
      const [first, last] = example.versions ?? [14, 18];
      if (version < first || version > last || example.unrunnable) continue;
      const { findings, statements } = judge(
        {
          version,
          historyIsComplete: true,
          units: [
            unitOf(`${rule.setup ?? ''};${example.setup ?? ''}`, { judged: false, transactionMode: 'none' }),
            unitOf(example.sql, { transactionMode: example.transaction ?? 'per-file' }),
            ...(example.next ?? []).map((next) => unitOf(next.sql, { transactionMode: next.transaction ?? 'per-file' })),
          ],
        },
        { rules: quiet },
      );
      const found = findings.find((finding) => finding.rule === id);
      if (!found?.fix.sql) continue;
      // Rows that are there to make the bad form fail would make the good form fail too, as it should.
      const earlier = statements.filter((statement) => statement.index < (found.statement ?? 0)).map((statement) => statement.sql);
      yield {
        id,
        setups: [[setupOf(rule, example, false), ...earlier].join('\n-- next\n'), setupOf(rule, example, false)],
        fix: found.fix.sql,
      };
    }
  }
}

async function runFix(databases: Databases, setup: string, fix: string): Promise<string | null> {
  const url = await databases.create(setup);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const { start, end } of splitStatements(fix).statements) await client.query(fix.slice(start, end));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end();
    await databases.drop(url);
  }
}
