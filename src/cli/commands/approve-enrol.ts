import { userName } from '../../operations/enrol.js';
import * as operation from '../../operations/enrol.js';
import { enrolled } from '../../operations/approve.js';
import { safeJson } from '../../core/sanitise.js';
import { LockkeeperError } from '../../core/errors.js';
import { type CommandResult, type FlagValues, type Surroundings, textFlag } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { askOnTerminal } from '../prompt.js';

/** `lockkeeper approve enroll`: a passkey by default. */
export async function enrolIn(values: FlagValues, surroundings: Surroundings): Promise<CommandResult> {
  const name = textFlag(values, 'name') ?? userName();
  const file = values.key
    ? await key(name, surroundings)
    : values.totp
      ? await codes(name, surroundings)
      : await passkey(name, surroundings);
  const totp = values.totp
    ? 'A program of this user can read the secret of the codes: they count as level A until an administrator pins the key of another user.\n'
    : '';
  return {
    text: `Enrolled ${name}. The public key is in ${file}.\n${totp}A program running as you can change that file. To put it out of reach, as root:\n  ${operation.pinCommand(file)}\n`,
    exitCode: exitCodes.fine,
  };
}

/** `lockkeeper approve approvers`: who can approve, and who can change that. */
export async function approversText(values: FlagValues, surroundings: Surroundings): Promise<CommandResult> {
  const list = await operation.approvers(surroundings);
  const { pinned } = await enrolled(surroundings);
  if (values.json) return { text: `${safeJson({ approvers: list, pinned }, 2)}\n`, exitCode: exitCodes.fine };
  const lines = list.map((each) => `${each.name}  ${each.kind}  ${each.id.slice(0, 16)}  since ${each.enrolledAt}`);
  return { text: `${[...lines, `${pinned.strong ? 'strong' : 'weak'}: ${pinned.why}`].join('\n')}\n`, exitCode: exitCodes.fine };
}

async function passkey(name: string, surroundings: Surroundings): Promise<string> {
  const page = await operation.enrolPasskey(name, surroundings);
  process.stderr.write(`Open this page in your browser:\n  ${page.url}\n`);
  surroundings.signal.addEventListener('abort', () => void page.close(), { once: true });
  return page.enrolled;
}

async function key(name: string, surroundings: Surroundings): Promise<string> {
  const passphrase = await askOnTerminal('A passphrase for the key, 12 characters or more: ', surroundings.signal, true);
  const again = await askOnTerminal('Once more: ', surroundings.signal, true);
  if (passphrase !== again) throw new LockkeeperError('BAD_USAGE', 'The two are not the same. Nothing was enrolled.', 'Try again.');
  return operation.enrolKey(name, passphrase, surroundings);
}

async function codes(name: string, surroundings: Surroundings): Promise<string> {
  const { secret, address } = await operation.proposeCodes(name);
  process.stderr.write(`Put this into your authenticator:\n  ${secret}\n  ${address}\n`);
  return operation.enrolCodes(name, secret, await askOnTerminal('The first code: ', surroundings.signal), surroundings);
}
