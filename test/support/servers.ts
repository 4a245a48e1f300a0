/** The PostgreSQL servers of this test run, as a test file uses them. */
import { inject } from 'vitest';
import type { PostgresMajor } from './postgres.js';

/** A server shared by all test files: make databases of your own on it. */
export interface TestServer {
  major: PostgresMajor;
  version: string;
  url(database?: string): string;
  adminUrl: string;
}

/** The servers that run, oldest first; empty where they cannot be had (the reason was printed when the run began). */
export function testServers(): TestServer[] {
  return inject('postgresServers').map((server) => ({
    ...server,
    url(database = 'postgres') {
      const url = new URL(server.adminUrl);
      url.pathname = `/${database}`;
      return url.href;
    },
  }));
}
