/** Runs a plan in a process of its own, and kills itself the hard way at a point. Without a point it prints all that it came by. */
import { readFile, writeFile } from 'node:fs/promises';
import type { RunPlan } from '../../../src/core/run-plan.js';
import { openStack } from '../../../src/operations/stack-call.js';
import { execute } from '../../../src/run/execute.js';
import { approvalOf, policy } from './plan.js';

interface Task {
  root: string;
  environment: Record<string, string>;
  plan: RunPlan;
  killAt: string | null;
  points: string;
}

const task = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Task;
const { tool, call } = await openStack({ project: task.root }, { workingFolder: task.root, environment: task.environment });
const points: string[] = [];
await execute(task.plan, approvalOf(task.plan), {
  tool,
  call,
  variable: 'SCRATCH_URL',
  policy: await policy(),
  journal: { append: async () => undefined },
  at: (point) => {
    points.push(point);
    if (point === task.killAt) process.kill(process.pid, 'SIGKILL');
  },
});
await writeFile(task.points, JSON.stringify(points));
