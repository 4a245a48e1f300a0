/** Enrolment of the people who approve. Each call is for a person; what a program of the same user can do as well, `doctor` says. */
import { type Approver, readApprovers } from '../approve/approvers.js';
import * as enrol from '../approve/enrol.js';
import { humanFiles } from '../approve/human-files.js';
import type { OperationContext } from './context.js';
import { openStore } from './run-plan-store.js';

export { userName } from '../approve/index.js';

/** Opens the page on which a passkey is made. Throws LockkeeperError STORE_UNSAFE. */
export async function enrolPasskey(name: string, context: OperationContext): ReturnType<typeof enrol.enrolPasskey> {
  const { state, environment } = await openStore(null, context);
  return enrol.enrolPasskey(state, environment, name);
}

/** Makes a key behind a passphrase; returns the file of its public half. Throws LockkeeperError BAD_USAGE. */
export async function enrolKey(name: string, passphrase: string, context: OperationContext): Promise<string> {
  const { state, environment } = await openStore(null, context);
  return enrol.enrolKey(state, environment, name, passphrase);
}

/** A secret for codes, to be confirmed by `enrolCodes`. */
export async function proposeCodes(name: string): Promise<{ secret: string; address: string }> {
  return enrol.proposeCodes(name);
}

/** Enrols codes by their first one; returns the file of the public key. Throws LockkeeperError BAD_USAGE. */
export async function enrolCodes(name: string, secret: string, code: string, context: OperationContext): Promise<string> {
  const { state, environment } = await openStore(null, context);
  return enrol.enrolCodes(state, environment, name, secret, code);
}

/** Who can approve. Throws LockkeeperError POLICY_INVALID. */
export async function approvers(context: OperationContext): Promise<Approver[]> {
  return (await readApprovers(context.environment ?? process.env)).list;
}

/** What an administrator types to put the keys out of this user's reach. */
export function pinCommand(file: string): string {
  return `install -D -o root -g root -m 644 '${file.replaceAll("'", "'\\''")}' ${humanFiles(process.env).managedApprovers}`;
}
