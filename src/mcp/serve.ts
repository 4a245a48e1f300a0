import type { Writable } from 'node:stream';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { loadSkills } from '@modelcontextprotocol/server/ext/skills/node';
import { redact } from '../core/redact.js';
import { excerpt } from '../core/sanitise.js';
import { projectChooser } from './project-folder.js';
import { buildServer, type LoadedSkills } from './server.js';
import { skillsFolder } from './skills.js';
import { claimStandardOutput } from './standard-output.js';

export interface ServeOptions {
  /** Folder that every call is held to; when absent, a call may name its own. */
  project?: string;
  /** Offers the tools that change a database. Without it the server only reads databases. */
  allowApply?: boolean;
}

/** Time for work in hand to stop after the client has gone. */
const graceMs = 1000;

/**
 * Serves MCP on standard input and output, in both protocol eras, until the client closes standard input. Then work in
 * hand is called off; what does not stop within a second is left behind and the process ends, so that no server outlives
 * its client.
 */
export async function serve(options: ServeOptions = {}): Promise<void> {
  const protocol = claimStandardOutput();
  const ended = new AbortController();
  const skills = await readSkills();
  const shared = {
    chooseProject: projectChooser(options.project, process.env, process.cwd()),
    environment: process.env,
    ended: ended.signal,
  };
  await new Promise<void>((resolve) => {
    const transport = new EndingTransport(protocol, () => {
      ended.abort();
      setTimeout(() => process.exit(0), graceMs).unref();
      resolve();
    });
    serveStdio(() => buildServer(shared, skills, options.allowApply === true), { transport, onerror: (error) => report(error.message) });
  });
}

/** Tells when the conversation is over: standard input closed, standard output broken, or a message beyond all bounds. */
class EndingTransport extends StdioServerTransport {
  constructor(
    protocol: Writable,
    private readonly onEnd: () => void,
  ) {
    super(process.stdin, protocol);
  }

  override async close(): Promise<void> {
    await super.close();
    this.onEnd();
  }
}

/** A server without its skills still judges migrations. */
async function readSkills(): Promise<LoadedSkills | null> {
  const folder = skillsFolder();
  if (folder === null) return null;
  try {
    return { folder, catalog: await loadSkills(folder, { onWarning: ({ path, message }) => report(`${path}: ${message}`) }) };
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
    return null;
  }
}

function report(message: string): void {
  process.stderr.write(`lockkeeper: ${excerpt(redact(message), 400)}\n`);
}
