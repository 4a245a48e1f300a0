import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * Three projects: `servers` are the test files that ask for the shared PostgreSQL servers, `browser` those that ask for
 * Chromium, `fast` is everything else. A file says which by what it imports, so that no list needs care.
 */
const files = readdirSync(join(import.meta.dirname, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
  .map((file) => `test/${file.replaceAll('\\', '/')}`);
const asking = (what: string): string[] => files.filter((file) => readFileSync(new URL(file, import.meta.url), 'utf8').includes(what));
const servers = asking('support/servers');
const browser = asking('support/chromium').filter((file) => !servers.includes(file));
const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'fast', include: files.filter((file) => !servers.includes(file) && !browser.includes(file)), ...timeouts } },
      { test: { name: 'browser', include: browser, ...timeouts } },
      { test: { name: 'servers', include: servers, globalSetup: ['test/support/global-setup.ts'], ...timeouts } },
    ],
  },
});
