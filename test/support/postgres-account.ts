/** PostgreSQL refuses to run as root: when we are root, servers run under an account that owns nothing. */
import { readFile } from 'node:fs/promises';

export interface Account {
  uid: number;
  gid: number;
}

/** Whether this process is root (never on Windows). */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The account that servers run under: our own, or `nobody` when we are root. */
export async function unprivilegedAccount(): Promise<Account> {
  if (!isRoot()) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const accounts = await readFile('/etc/passwd', 'utf8');
  const fields = accounts
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  if (!fields) throw new Error('we are root and there is no account "nobody" to run PostgreSQL under');
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** The options that make a child process run under that account. */
export async function asUnprivileged(): Promise<{ uid?: number; gid?: number }> {
  return isRoot() ? unprivilegedAccount() : {};
}
