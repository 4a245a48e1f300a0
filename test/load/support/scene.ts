/** A change made under load in one of three ways, on a copy of the same database. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { PlanStep } from '../../../src/core/plan.js';
import { administer, withClient } from '../../databases/support/servers.js';
import { planOn, stepsOf } from '../../plan/support/world.js';
import { runTask } from '../../run/support/backfill.js';
import { defaultBackfillLimits } from '../../../src/run/backfill/limits.js';
import type { LoadIntent } from './intents.js';
import { nothingSeen, Reporting, type Seen, Traffic } from './traffic.js';

export interface Measured {
  old: Seen;
  fresh: Seen;
  /** Longest time that a statement of either version took. */
  longestMs: number;
  failed: number;
  tookMs: number;
  errors: string[];
  /** Why it did not come to its end; null when it did. */
  broken: string | null;
}

/** Longest lock_timeout that a plan gives itself here. */
export let longestGuardMs = Math.max(defaultBackfillLimits.lockTimeoutMs, defaultBackfillLimits.longestBlockMs);

/** Time before and after, in which the application runs and nothing changes. */
const calmMs = 400;

async function underLoad(url: string, intent: LoadIntent, change: (on: Stage) => Promise<void>): Promise<Measured> {
  const stage = new Stage(url, intent);
  const reporting = new Reporting();
  reporting.start(url);
  const begun = performance.now();
  let broken: string | null = null;
  try {
    await stage.runs(true, false);
    await sleep(calmMs);
    await change(stage).catch((error: unknown) => {
      const { all, message } = error as Error & { all?: string };
      broken = (all?.split('Error: ').at(-1) ?? message).slice(0, 300);
    });
    await sleep(calmMs);
  } finally {
    await stage.runs(false, false);
    await reporting.stop();
  }
  const { old, fresh } = stage;
  return {
    old,
    fresh,
    longestMs: Math.round(Math.max(old.longestMs, fresh.longestMs)),
    failed: old.failed + fresh.failed,
    tookMs: Math.round(performance.now() - begun - 2 * calmMs),
    errors: [...old.errors, ...fresh.errors],
    broken,
  };
}

/** Which versions of the application run at the moment. */
class Stage {
  readonly old = nothingSeen();
  readonly fresh = nothingSeen();
  private readonly oldTraffic: Traffic;
  private freshTraffic: Traffic;

  constructor(
    readonly url: string,
    private readonly intent: LoadIntent,
  ) {
    this.oldTraffic = new Traffic(url, intent.old, this.old);
    this.freshTraffic = new Traffic(url, intent.fresh, this.fresh);
  }

  /** The new version reads through another schema, as pgroll's clients do. */
  freshThrough(schema: string): void {
    this.freshTraffic = new Traffic(this.url, this.intent.fresh, this.fresh, schema);
  }

  async runs(old: boolean, fresh: boolean): Promise<void> {
    for (const [traffic, wanted] of [
      [this.oldTraffic, old],
      [this.freshTraffic, fresh],
    ] as const) {
      if (traffic.running && !wanted) await traffic.stop();
      if (!traffic.running && wanted) traffic.start();
    }
  }
}

/** The application alone, with nothing changed: what its statements take on this machine now. */
export const calm = (url: string, intent: LoadIntent): Promise<Measured> => underLoad(url, intent, () => sleep(1500));

/** The plain migration; the new version comes when it is through, and the old one is still there for a moment. */
export const naive = (url: string, intent: LoadIntent): Promise<Measured> =>
  underLoad(url, intent, async (stage) => {
    await administer(url, ...intent.naive);
    await stage.runs(true, true);
    await sleep(500);
  });

/** Our plan: each version runs whenever the step that was done says that it works. */
export const planned = (url: string, intent: LoadIntent): Promise<Measured> =>
  underLoad(url, intent, async (stage) => {
    const plan = await planOn(url, { changes: [intent.change] });
    const state = await mkdtemp(join(tmpdir(), 'lockkeeper-load-'));
    for (const step of stepsOf(plan)) {
      if (!step.oldCodeWorks) await stage.runs(false, true);
      await runStep(url, step, state);
      await stage.runs(step.oldCodeWorks, step.newCodeWorks);
      await sleep(150);
    }
  });

async function runStep(url: string, step: PlanStep, state: string): Promise<void> {
  if (step.backfill !== null) {
    const report = await runTask({ url, spec: step.backfill, state, limits: defaultBackfillLimits }, { check: step.check });
    if (report.outcome !== 'done') throw new Error(`${step.title}: ${report.says}`);
    return;
  }
  if (step.mode === 'alone') {
    await administer(url, ...step.sql);
    return;
  }
  const { lockTimeoutMs = 2000, attempts = 10 } = step.guards ?? {};
  longestGuardMs = Math.max(longestGuardMs, lockTimeoutMs);
  await withClient(url, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}`);
        for (const statement of step.sql) await client.query(statement);
        await client.query('COMMIT');
        return;
      } catch (error) {
        await client.query('ROLLBACK');
        if ((error as { code?: string }).code !== '55P03' || attempt >= attempts)
          throw new Error(`${step.title}: ${(error as Error).message}`);
        await sleep(300);
      }
    }
  });
}

/** pgroll's own way: start, the new version through its own schema, the old one leaves, complete. */
export const byPgroll = (url: string, intent: LoadIntent, program: string): Promise<Measured> =>
  underLoad(url, intent, async (stage) => {
    const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-pgroll-'));
    const file = join(folder, '01_change.json');
    await writeFile(file, JSON.stringify({ operations: intent.pgroll }));
    const address = ['--postgres-url', `${url}?sslmode=disable`];
    const run = (...words: string[]) => execa(program, [...words, ...address], { env: { NO_COLOR: '1' }, all: true });
    await run('init');
    await run('baseline', '00_base', folder, '-y');
    await run('start', file);
    // It exits with 0 even when it refuses to start.
    const [begun] = await administer<{ there: boolean }>(url, "SELECT to_regnamespace('public_01_change') IS NOT NULL AS there");
    if (begun?.there !== true) throw new Error('pgroll start made no new version of the schema');
    stage.freshThrough('public_01_change');
    await stage.runs(true, true);
    await sleep(500);
    await stage.runs(false, true);
    await run('complete');
    await sleep(300);
  });
