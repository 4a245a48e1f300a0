import { join } from 'node:path';
import { execa } from 'execa';
import { installed } from './cache.js';

/**
 * The diesel program, built from crates.io with the lock file that the crate brings. It links to libpq: Debian's when it is there, otherwise
 * one that is built with it. @throws ToolUnavailable
 */
export async function installDiesel(): Promise<string> {
  const folder = await installed('diesel_cli-2.3.12', async (building) => {
    const feature = (await hasLibpq()) ? 'postgres' : 'postgres-bundled';
    await execa(
      'cargo',
      ['install', 'diesel_cli', '--version', '2.3.12', '--locked', '--no-default-features', '--features', feature, '--root', building],
      { env: { CARGO_PROFILE_RELEASE_LTO: 'off', CARGO_PROFILE_RELEASE_OPT_LEVEL: '0', CARGO_TARGET_DIR: join(building, 'target') } },
    );
    await execa('rm', ['-rf', join(building, 'target')]);
  });
  return join(folder, 'bin', 'diesel');
}

async function hasLibpq(): Promise<boolean> {
  const { exitCode } = await execa('pkg-config', ['--exists', 'libpq'], { reject: false });
  return exitCode === 0;
}
