import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs contestants in turn, so that a busy moment of the machine meets all of them. One round to warm up is not counted.
 *
 * @param rounds how often each runs
 * @param contestants functions that run once and return milliseconds
 * @returns the median of each
 */
export async function interleaved(rounds, contestants) {
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const time = await run();
      if (round >= 0) times[name].push(time);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
}

/** Milliseconds of a program from start to end. It may find things (exit 1), it must not fail. */
export function timeProgram(program, words, options = {}) {
  const before = performance.now();
  const result = spawnSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 30, ...options });
  const time = performance.now() - before;
  if (result.error) throw result.error;
  if (result.status === null || result.status > (options.worstExit ?? 1))
    throw new Error(`${program} failed with ${result.status}: ${result.stderr.slice(0, 400)}`);
  return time;
}

/** A process that answers one line of JSON to each line of JSON. */
export class Partner {
  constructor(words, options = {}) {
    this.startedAt = performance.now();
    this.process = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
    this.waiting = [];
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.once('exit', (code) => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`the process ended with ${code}`));
    });
    createInterface({ input: this.process.stdout }).on('line', (line) => this.waiting.shift()?.resolve(line));
  }

  /** Sends one message and waits for the line that answers it. */
  ask(message) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process.stdin.write(`${JSON.stringify(message)}\n`);
    });
  }

  tell(message) {
    this.process.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async stop() {
    this.process.stdin.end();
    await this.ended;
  }
}
