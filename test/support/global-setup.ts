/**
 * Starts the PostgreSQL servers once for a run of vitest; the test files share them.
 *
 * `LOCKKEEPER_POSTGRES_MAJORS` (such as `16` or `14,18`) limits which are started, `none` starts none; not with `CI` set. Where they cannot be
 * had, tests that need them are skipped with the reason printed; with `CI` set that is an error, so that a green run proves something.
 */
import type { TestProject } from 'vitest/node';
import { type PostgresMajor, postgresMajors, type RunningServer, ServersUnavailable, startServer } from './postgres.js';

export interface SharedServer {
  major: PostgresMajor;
  version: string;
  adminUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresServers: SharedServer[];
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let servers: RunningServer[] = [];
  try {
    servers = await Promise.all(wantedMajors().map((major) => startServer(major)));
  } catch (error) {
    if (!(error instanceof ServersUnavailable) || process.env.CI) throw error;
    console.warn(`Skipping the tests that need PostgreSQL servers: ${error.message}`);
  }
  project.provide(
    'postgresServers',
    servers.map(({ major, version, adminUrl }) => ({ major, version, adminUrl })),
  );
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
}

function wantedMajors(): PostgresMajor[] {
  const wanted = process.env.LOCKKEEPER_POSTGRES_MAJORS;
  if (!wanted || process.env.CI) return [...postgresMajors];
  return postgresMajors.filter((major) => wanted.split(',').includes(String(major)));
}
