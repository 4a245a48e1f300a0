import { version } from '../core/version.js';

/** Prints the version and nothing else. */
export function printVersion(): void {
  process.stdout.write(`${version}\n`);
}
