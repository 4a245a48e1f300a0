/** Runs a backfill in a process of its own, and kills itself the hard way at the n-th time that it comes by a point. */
import { readFile } from 'node:fs/promises';
import { runTask, type Task } from './backfill.js';

const task = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Task & { killAt: string; time: number };
let times = 0;
await runTask(task, {
  at: (point) => {
    if (point === task.killAt && ++times === task.time) process.kill(process.pid, 'SIGKILL');
  },
});
