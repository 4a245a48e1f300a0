/** Everything that a rehearsal makes carries the process that made it in its name, so that the next one finds what was left. */
import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who made a thing: the machine, the process and the moment at which that began, since process ids are used again. */
export interface Maker {
  machine: string;
  processId: number;
  began: string;
}

let ours: Maker | undefined;

/** This process. */
export function thisMaker(): Maker {
  ours ??= { machine: machineTag(), processId: process.pid, began: beganAt(process.pid) ?? '0' };
  return ours;
}

/** `machine_pid_began_random`, of letters, digits and `_`: fit for names of databases and folders. */
export function markedName(prefix: string): string {
  const { machine, processId, began } = thisMaker();
  return `${prefix}${machine}_${processId}_${began}_${randomBytes(4).toString('hex')}`;
}

/** Who made a thing of this name; null when it is none of ours. */
export function makerOf(name: string, prefix: string): Maker | null {
  if (!name.startsWith(prefix)) return null;
  const found = /^([0-9a-f]{8})_(\d+)_([0-9a-z]+)_[0-9a-f]{8}$/.exec(name.slice(prefix.length));
  return found ? { machine: found[1]!, processId: Number(found[2]), began: found[3]! } : null;
}

/** True when the maker was a process of this machine that is gone. Of other machines nothing is known. */
export function isGone(maker: Maker): boolean {
  if (maker.machine !== thisMaker().machine) return false;
  const began = beganAt(maker.processId);
  return began === null || began !== maker.began;
}

function machineTag(): string {
  const boot = read('/proc/sys/kernel/random/boot_id') ?? '';
  // Containers share the boot, not the name and not the process ids.
  return createHash('sha256')
    .update(`${hostname()} ${boot} ${read('/etc/machine-id') ?? ''}`)
    .digest('hex')
    .slice(0, 8);
}

/** When a process began, as a short word; null when there is none. */
function beganAt(processId: number): string | null {
  const stat = read(`/proc/${processId}/stat`);
  // The name of the program stands in parentheses and may hold anything; field 22 is the start in clock ticks.
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  if (process.platform === 'linux') return null;
  if (process.platform === 'win32') return isAlive(processId) ? '0' : null;
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(processId)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text === '' ? null : Math.round(new Date(text).getTime() / 1000).toString(36);
  } catch {
    return null;
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
