/** A real Chromium for the tests of pages: the one that is there, or Debian's, installed as root. */
import { execa } from 'execa';
import { chromium as driver, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Starts a browser without a window, or says why there is none. With CI set, none is a failure.
 *
 * @returns null where it cannot be had; the reason was printed
 */
export async function startChromium(): Promise<Browser | null> {
  const executablePath = (await find()) ?? (await install());
  if (executablePath !== null) return driver.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const reason = 'Chromium is not installed, and only root can install it here: the page was not tried in a browser.';
  if (process.env.CI) throw new Error(reason);
  process.stdout.write(`${reason}\n`);
  return null;
}

async function find(): Promise<string | null> {
  for (const name of names) {
    const { stdout, exitCode } = await execa('which', [name], { reject: false });
    if (exitCode === 0 && stdout !== '') return stdout.trim();
  }
  return null;
}

async function install(): Promise<string | null> {
  if (process.getuid?.() !== 0) return null;
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  await execa('apt-get', ['update', '-q'], { reject: false, env: environment });
  await execa('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { reject: false, env: environment });
  return find();
}
