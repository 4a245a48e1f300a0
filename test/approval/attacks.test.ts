/**
 * An attacker with a shell of the agent's user, all files of that user, and lockkeeper itself. Each attack is tried on a
 * plan of each level and the effect is counted; the table that comes of it is printed and compared with the docs.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { signedDigest } from '../../src/approve/challenge.js';
import type { Approvers } from '../../src/approve/approvers.js';
import type { Approval, ApprovalLevel, RunPlan } from '../../src/core/run-plan.js';
import { hashOf } from '../../src/core/hash.js';
import { approveByConsent, approveByKey, ask, exportPlan, openQuestion } from '../../src/operations/approve.js';
import { enrolKey } from '../../src/operations/enrol.js';
import { runApproved, runHandedOver } from '../../src/operations/run-plan.js';
import { type AttackRow, attackTable, type Reached } from './support/attack-table.js';
import { assert, entryOf, makePasskey } from './support/authenticator.js';
import { effects, humanFile, on, type World, world } from './support/world.js';

const recorded = vi.hoisted(() => ({ current: null as unknown as ReturnType<typeof import('./support/world.js').effects>, pinned: false }));
vi.mock('../../src/operations/load-executor.js', () => ({ loadExecutor: async () => recorded.current.executor }));
// Only who can write the file is pretended: tests cannot own files as another root. `pinning.test.ts` looks at real files.
vi.mock('../../src/approve/approvers.js', async (original) => {
  const real = await original<typeof import('../../src/approve/approvers.js')>();
  return {
    ...real,
    readApprovers: async (environment: NodeJS.ProcessEnv): Promise<Approvers> => {
      const found = await real.readApprovers(environment);
      return recorded.pinned ? { ...found, list: pinnedList, strength: { strong: true, why: 'root owns it' } } : found;
    },
  };
});

const columns = ['A', 'B, own file', 'B, pinned', 'C'] as const;
type Column = (typeof columns)[number];
const rows: AttackRow[] = [];
let pinnedList: Approvers['list'] = [];
const human = makePasskey();
const passphrase = 'correct horse battery staple';

beforeEach(() => {
  recorded.current = effects();
  recorded.pinned = false;
  pinnedList = [entryOf(human) as Approvers['list'][number]];
});
afterAll(() =>
  process.stdout.write(`\nWhat an attacker with the shell and the files of the agent's user could do:\n\n${attackTable(rows)}\n`),
);

/** A machine with a plan that waits at a level. */
async function scene(column: Column): Promise<{ at: World; plan: RunPlan }> {
  const at = await world();
  await humanFile(at, 'approvers.json', { approvers: [entryOf(human)] });
  recorded.pinned = column === 'B, pinned' || column === 'C';
  const plan = await at.plan(
    column === 'A'
      ? on('development')
      : column === 'C'
        ? on('production', { destructive: true, irreversible: ['the column'] })
        : on('staging', { destructive: true }),
  );
  expect(plan.level).toBe(column.slice(0, 1));
  return { at, plan };
}

test('on every level, the human’s own approval runs', async () => {
  for (const column of columns) {
    recorded.current = effects();
    const { at, plan } = await scene(column);
    await approved(at, plan);
    await run(at, plan, column);
    expect(recorded.current.runs).toEqual([plan.id]);
  }
});

/** Tries an attack on every level; whether it was stopped is whether anything ran. */
async function onEveryLevel(attack: string, does: (at: World, plan: RunPlan, column: Column) => Promise<unknown>): Promise<AttackRow> {
  const row = { attack } as AttackRow;
  for (const column of columns) {
    recorded.current = effects();
    const { at, plan } = await scene(column);
    await does(at, plan, column).catch(() => undefined);
    row[column] = recorded.current.runs.length > 0 ? 'not stopped' : 'stopped';
  }
  rows.push(row);
  return row;
}

const all = (reached: Reached): Omit<AttackRow, 'attack'> => ({ A: reached, 'B, own file': reached, 'B, pinned': reached, C: reached });
const approvalPath = (at: World, plan: RunPlan): string => join(at.state.folder, 'approvals', `${plan.id}.json`);

function forged(plan: RunPlan, at: World, more: Partial<Approval> = {}): Approval {
  const now = at.state.now();
  return {
    planId: plan.id,
    planHash: plan.hash,
    level: 'C',
    by: 'Ada',
    method: 'webauthn',
    humanVerified: true,
    at: now.toISOString(),
    expiresAt: new Date(now.getTime() + 5 * 60_000).toISOString(),
    shown: 'f'.repeat(64),
    proof: { kind: 'consent' },
    ...more,
  };
}

function signedBy(key: ReturnType<typeof makePasskey>, plan: RunPlan, at: World, more: Parameters<typeof assert>[3] = {}): Approval {
  const approval = forged(plan, at);
  const nonce = 'n'.repeat(43);
  const origin = 'http://localhost:4711';
  const challenge = signedDigest({ planId: plan.id, planHash: plan.hash, expiresAt: approval.expiresAt, nonce });
  return { ...approval, proof: { kind: 'webauthn', nonce, origin, ...assert(key, challenge, origin, more) } };
}

async function consented(at: World, plan: RunPlan): Promise<void> {
  const question = await openQuestion(plan.id, at.context);
  const { challenge } = await ask(question, { method: 'terminal' });
  await approveByConsent(question, { challenge, typed: plan.typedName }, { method: 'terminal', by: 'attacker' });
}

/** Runs a plan the way of its level: here, or in a runner of another user with a configuration of its own. */
async function run(at: World, plan: RunPlan, column: Column, runner?: World): Promise<void> {
  if (column !== 'C') {
    await runApproved(plan.id, at.context);
    return;
  }
  const there = runner ?? (await world());
  await humanFile(there, 'policy.json', { runner: true });
  const files = { planFile: join(at.state.folder, 'plans', `${plan.id}.json`), approvalFile: approvalPath(at, plan) };
  await runHandedOver(files, there.context);
}

/** A valid approval of the level's own kind, as the human gives it. */
async function approved(at: World, plan: RunPlan): Promise<void> {
  if (plan.level === 'A') await consented(at, plan);
  else await writeFile(approvalPath(at, plan), JSON.stringify(signedBy(human, plan, at)));
}

describe('forged', () => {
  test('answers forms, terminals and prompts as the human', async () => {
    expect(
      await onEveryLevel('answers the form or the terminal itself', async (at, plan, column) => {
        await consented(at, plan);
        await run(at, plan, column);
      }),
    ).toMatchObject({ ...all('stopped'), A: 'not stopped' });
  });

  test('writes the file of an approval that says it is of the highest level', async () => {
    expect(
      await onEveryLevel('writes an approval file by hand', async (at, plan, column) => {
        await writeFile(approvalPath(at, plan), JSON.stringify(forged(plan, at)));
        await run(at, plan, column);
      }),
    ).toMatchObject({ ...all('stopped'), A: 'not stopped' });
  });

  test('signs with a passkey of its own', async () => {
    expect(
      await onEveryLevel('signs with a passkey that nobody enrolled', async (at, plan, column) => {
        await writeFile(approvalPath(at, plan), JSON.stringify(signedBy(makePasskey(), plan, at)));
        await run(at, plan, column);
      }),
    ).toMatchObject(all('stopped'));
  });

  test('enrols its own passkey first', async () => {
    expect(
      await onEveryLevel('adds its own key to the user’s list of approvers', async (at, plan, column) => {
        const own = makePasskey();
        await humanFile(at, 'approvers.json', { approvers: [entryOf(human), entryOf(own)] });
        await writeFile(approvalPath(at, plan), JSON.stringify(signedBy(own, plan, at)));
        await run(at, plan, column);
      }),
    ).toMatchObject({ ...all('stopped'), A: 'not stopped', 'B, own file': 'not stopped' });
  });

  test('takes a real approval to another plan', async () => {
    expect(
      await onEveryLevel('moves an approval to another plan', async (at, plan, column) => {
        await approved(at, plan);
        const other = await at.plan({ ...on(plan.target.class), destructive: plan.destructive, warnings: ['other'] });
        const approval = JSON.parse(await readFile(approvalPath(at, plan), 'utf8')) as Approval;
        await writeFile(approvalPath(at, other), JSON.stringify({ ...approval, planId: other.id }));
        await run(at, other, column);
      }),
    ).toMatchObject(all('stopped'));
  });

  test.each([
    ['without the user being verified', { flags: 0x01 }],
    ['made for another relying party', { relyingParty: 'evil.example' }],
    ['of another kind', { type: 'webauthn.create' }],
    ['made in a frame of another site', { crossOrigin: true }],
  ])('an assertion %s does not count', async (_, forgery) => {
    const { at, plan } = await scene('B, pinned');
    await writeFile(approvalPath(at, plan), JSON.stringify(signedBy(human, plan, at, forgery)));
    await expect(runApproved(plan.id, at.context)).rejects.toMatchObject({ problem: { code: 'APPROVAL_INVALID' } });
    expect(recorded.current.runs).toEqual([]);
  });

  test('an assertion with a longer life than was signed does not count', async () => {
    const { at, plan } = await scene('B, pinned');
    const approval = signedBy(human, plan, at);
    const until = new Date(Date.parse(approval.expiresAt) + 60_000).toISOString();
    await writeFile(approvalPath(at, plan), JSON.stringify({ ...approval, expiresAt: until }));
    await expect(runApproved(plan.id, at.context)).rejects.toMatchObject({ problem: { code: 'APPROVAL_INVALID' } });
  });
});

describe('altered after the approval', () => {
  test('the stored plan', async () => {
    expect(
      await onEveryLevel('edits the stored plan, its hash made anew', async (at, plan, column) => {
        await approved(at, plan);
        const { id, hash: _, ...body } = { ...plan, direction: 'down' as const };
        await writeFile(join(at.state.folder, 'plans', `${plan.id}.json`), JSON.stringify({ ...body, id, hash: hashOf(body) }));
        await run(at, plan, column);
      }),
    ).toMatchObject(all('stopped'));
  });

  test.each([
    [
      'puts another migration file in its place',
      { files: { 'prisma/migrations/20260103000000_index/migration.sql': '0'.repeat(64) } },
      'was changed',
    ],
    ['takes the migration file away', { files: {} }, 'is gone'],
    ['changes the schema of the database', { schema: '0'.repeat(64) }, 'schema'],
    [
      'points the variable at another database',
      { target: { engine: 'postgres', systemIdentifier: '1', database: 'shop', version: 17, role: 'app_owner', class: 'staging' } },
      'system identifier',
    ],
  ] as const)('%s', async (attack, changed, says) => {
    let message = '';
    expect(
      await onEveryLevel(attack, async (at, plan, column) => {
        await approved(at, plan);
        recorded.current.changed = changed as never;
        await run(at, plan, column).catch((error) => {
          message = error.message;
          throw error;
        });
      }),
    ).toMatchObject(all('stopped'));
    expect(message).toContain(says);
  });

  test('the policy', async () => {
    const row = await onEveryLevel('edits the policy between plan and run', async (at, plan, column) => {
      // The runner reads a policy of its own.
      if (column === 'C') return;
      await approved(at, plan);
      await humanFile(at, 'policy.json', { levels: { development: { level: 'none' } } });
      await run(at, plan, column);
    });
    expect(row).toMatchObject(all('stopped'));
    row.C = 'does not apply';
  });
});

describe('again, too late, at once', () => {
  test('fifty at once: one wins', async () => {
    const row = { attack: 'runs one approval fifty times at once' } as AttackRow;
    for (const column of columns) {
      recorded.current = effects();
      const { at, plan } = await scene(column);
      await approved(at, plan);
      const runner = await world();
      const started = Array.from({ length: 50 }, async () => {
        if (column === 'C') return run(at, plan, column, runner);
        return run(await world({ folder: at.folder, project: plan.project }), plan, column);
      });
      const results = await Promise.allSettled(started);
      expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
      expect(recorded.current.runs).toEqual([plan.id]);
      expect((await (column === 'C' ? runner : at).state.journal.verify()).broken).toBeNull();
      row[column] = 'stopped';
    }
    rows.push(row);
  });

  test('a plan that ran does not run again, though its claim and its approval are put back', async () => {
    const row = { attack: 'puts claim and approval back after the run' } as AttackRow;
    for (const column of ['A', 'B, own file', 'B, pinned'] as const) {
      recorded.current = effects();
      const { at, plan } = await scene(column);
      await approved(at, plan);
      const approval = await readFile(approvalPath(at, plan), 'utf8');
      await runApproved(plan.id, at.context);
      await rm(join(at.state.folder, 'claimed', `${plan.id}.json`));
      await writeFile(approvalPath(at, plan), approval);
      await expect(runApproved(plan.id, at.context)).rejects.toMatchObject({ problem: { code: 'ALREADY_CONSUMED' } });
      row[column] = recorded.current.runs.length === 1 ? 'stopped' : 'not stopped';
    }
    row.C = 'does not apply';
    rows.push(row);
    expect(row).toMatchObject({ A: 'stopped', 'B, own file': 'stopped', 'B, pinned': 'stopped' });
  });

  test('removes the whole journal too: what is left is that the history has moved on', async () => {
    const { at, plan } = await scene('B, pinned');
    await approved(at, plan);
    const approval = await readFile(approvalPath(at, plan), 'utf8');
    await runApproved(plan.id, at.context);
    for (const file of await readdir(join(at.state.folder, 'journal'))) await rm(join(at.state.folder, 'journal', file));
    await rm(join(at.state.folder, 'journal.head'));
    await rm(join(at.state.folder, 'claimed', `${plan.id}.json`));
    await writeFile(approvalPath(at, plan), approval);
    recorded.current.changed = { history: '1'.repeat(64) };
    await expect(runApproved(plan.id, at.context)).rejects.toMatchObject({ problem: { code: 'PLAN_STALE' } });
    expect(recorded.current.runs).toHaveLength(1);
  });

  test('late', async () => {
    expect(
      await onEveryLevel('uses an approval after its time', async (at, plan, column) => {
        await approved(at, plan);
        const runner = await world();
        for (const each of [at, runner]) each.later(11 * 60_000);
        await run(at, plan, column, runner);
      }),
    ).toMatchObject(all('stopped'));
  });

  test('a late answer to a question is none', async () => {
    const { at, plan } = await scene('A');
    const question = await openQuestion(plan.id, at.context);
    const { challenge } = await ask(question, { method: 'terminal' });
    at.later(10 * 60_000 + 1);
    const late = approveByConsent(question, { challenge, typed: null }, { method: 'terminal', by: 'late' });
    await expect(late).rejects.toMatchObject({ problem: { code: 'APPROVAL_INVALID', message: expect.stringContaining('too late') } });
    await expect(runApproved(plan.id, at.context)).rejects.toMatchObject({ problem: { code: 'APPROVAL_REQUIRED' } });
  });

  test('a question is answered once, and only for its own plan', async () => {
    const { at, plan } = await scene('A');
    const question = await openQuestion(plan.id, at.context);
    const other = await openQuestion((await at.plan(on('development', { warnings: ['x'] }))).id, at.context);
    const how = { method: 'terminal', by: 'x' } as const;
    const { challenge } = await ask(question, { method: 'terminal' });
    await expect(approveByConsent(other, { challenge, typed: null }, how)).rejects.toMatchObject({ problem: { code: 'APPROVAL_INVALID' } });
    await expect(approveByConsent(question, { challenge, typed: null }, how)).rejects.toMatchObject({
      problem: { code: 'APPROVAL_INVALID' },
    });
    const names = await readdir(join(at.state.folder, 'challenges'));
    expect(names.every((name) => name.startsWith(createHash('sha256').update(challenge).digest('hex')) || !name.includes(challenge))).toBe(
      true,
    );
  });

  test('the journal is broken: nothing runs', async () => {
    const { at, plan } = await scene('A');
    await approved(at, plan);
    const [first] = (await readdir(join(at.state.folder, 'journal'))).sort();
    await rm(join(at.state.folder, 'journal', first ?? ''));
    await expect(runApproved(plan.id, at.context)).rejects.toMatchObject({ problem: { code: 'JOURNAL_BROKEN' } });
    expect(recorded.current.runs).toEqual([]);
  });
});

describe('level C', () => {
  async function handedOver(approver: (at: World, file: string) => Promise<string>, runnerPolicy: object = { runner: true }) {
    const agent = await world();
    const plan = await agent.plan(on('production', { destructive: true }));
    const planFile = join(agent.folder, 'plan.json');
    await exportPlan(plan.id, planFile, agent.context);
    const person = await world();
    const runner = await world();
    await humanFile(runner, 'policy.json', runnerPolicy);
    await enrolKey('Ada', passphrase, person.context);
    // The runner's approvers are what its administrator copied from the person.
    pinnedList = JSON.parse(await readFile(join(person.environment.LOCKKEEPER_CONFIG ?? '', 'approvers.json'), 'utf8')).approvers;
    recorded.pinned = true;
    const approvalFile = await approver(person, planFile);
    return { runner, plan, planFile, approvalFile };
  }

  async function keyApproval(person: World, planFile: string): Promise<string> {
    const question = await openQuestion(planFile, person.context);
    const { challenge } = await ask(question, { method: 'terminal' });
    await approveByKey(question, { challenge, typed: question.plan.typedName }, passphrase);
    return join(person.state.folder, 'approvals', `${question.plan.id}.json`);
  }

  test('a plan that a person signed elsewhere runs in the runner, once, and the agent’s own user cannot run it', async () => {
    const { runner, plan, planFile, approvalFile } = await handedOver(keyApproval);
    const answer = await runHandedOver({ planFile, approvalFile }, runner.context);
    expect(answer).toMatchObject({
      status: 'applied',
      approval: { level: 'C' satisfies ApprovalLevel, by: 'Ada', method: 'key', humanVerified: true },
    });
    await expect(runHandedOver({ planFile, approvalFile }, runner.context)).rejects.toMatchObject({
      problem: { code: 'ALREADY_CONSUMED' },
    });
    expect(recorded.current.runs).toEqual([plan.id]);
  });

  test('the runner refuses what is not signed by a pinned key, what was changed, and a user that made the plan itself', async () => {
    const { runner, plan, planFile, approvalFile } = await handedOver(keyApproval);
    const approval = JSON.parse(await readFile(approvalFile, 'utf8')) as Approval;
    const tampered = join(runner.folder, 'tampered.json');
    for (const change of [
      { by: 'Eve' },
      { expiresAt: plan.expiresAt.replace('T', 'T').slice(0, -5) + '.001Z' },
      { proof: { kind: 'consent' } },
      { shown: '0' },
    ]) {
      await writeFile(tampered, JSON.stringify({ ...approval, ...change }));
      await expect(runHandedOver({ planFile, approvalFile: tampered }, runner.context)).rejects.toMatchObject({
        problem: { code: 'APPROVAL_INVALID' },
      });
    }
    const otherPlan = join(runner.folder, 'plan.json');
    await writeFile(otherPlan, JSON.stringify({ ...plan, direction: 'down' }));
    await expect(runHandedOver({ planFile: otherPlan, approvalFile }, runner.context)).rejects.toMatchObject({
      problem: { code: 'PLAN_ALTERED' },
    });
    await humanFile(runner, 'policy.json', {});
    await expect(runHandedOver({ planFile, approvalFile }, runner.context)).rejects.toMatchObject({
      problem: { code: 'TARGET_NOT_ALLOWED' },
    });
    expect(recorded.current.runs).toEqual([]);
  });

  test('the runner tells the class of its target itself', async () => {
    const { runner, planFile, approvalFile } = await handedOver(keyApproval);
    recorded.current.changed = {
      target: {
        engine: 'postgres',
        systemIdentifier: '7312345678901234567',
        database: 'shop',
        version: 17,
        role: 'app_owner',
        class: 'staging',
      },
    };
    await expect(runHandedOver({ planFile, approvalFile }, runner.context)).rejects.toMatchObject({
      problem: { code: 'PLAN_STALE', message: expect.stringContaining('class') },
    });
  });
});

test('what the docs say of the levels is what was measured', async () => {
  const docs = await readFile(new URL('../../docs/approval-levels.md', import.meta.url), 'utf8');
  expect(docs).toContain(attackTable(rows));
});
