/** PostgreSQL refuses to run as root: then its programs run under an account that owns nothing. */
import { readFile } from 'node:fs/promises';
import { LockkeeperError } from '../../core/errors.js';

export interface Account {
  uid?: number;
  gid?: number;
}

/** Options that make a child run under an account which PostgreSQL accepts: none of ours, unless we are root. */
export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of ['nobody', 'postgres']) {
    const fields = accounts
      .split('\n')
      .map((line) => line.split(':'))
      .find(([each]) => each === name);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new LockkeeperError(
    'DATABASE_REFUSED',
    'PostgreSQL does not run as root, and there is no account "nobody" here.',
    'Run lockkeeper as another user, or rehearse on the embedded PostgreSQL.',
  );
}
