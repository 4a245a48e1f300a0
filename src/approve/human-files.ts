import { homedir } from 'node:os';
import { join } from 'node:path';

/** Files of an administrator. Not to be moved by a variable: who starts a program sets its variables. */
const managedFolder = process.platform === 'win32' ? join(process.env.ProgramData ?? 'C:\\ProgramData', 'lockkeeper') : '/etc/lockkeeper';

/** Files that people write, and no agent should: all outside the repository. */
export interface HumanFiles {
  /** Folder of the person's own: LOCKKEEPER_CONFIG, or `lockkeeper` in XDG_CONFIG_HOME or `~/.config`. */
  folder: string;
  policy: string;
  approvers: string;
  /** Secret of the codes and private keys of this user. */
  secrets: string;
  managedPolicy: string;
  managedApprovers: string;
}

/** Where those files are. */
export function humanFiles(environment: NodeJS.ProcessEnv): HumanFiles {
  const folder =
    environment.LOCKKEEPER_CONFIG || join(environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), '.config'), 'lockkeeper');
  return {
    folder,
    policy: join(folder, 'policy.json'),
    approvers: join(folder, 'approvers.json'),
    secrets: join(folder, 'secrets'),
    managedPolicy: join(managedFolder, 'policy.json'),
    managedApprovers: join(managedFolder, 'approvers.json'),
  };
}
