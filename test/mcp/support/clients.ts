import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { bareEnvironment, serverCommand } from './server.js';
import type { Wire } from './wire.js';

/** What the tests need of a client, whichever it is. */
export interface AnyClient {
  listTools(): Promise<{ tools: Wire[] }>;
  callTool(request: { name: string; arguments?: Record<string, unknown> }): Promise<Wire>;
  listPrompts(): Promise<{ prompts: Wire[] }>;
  getPrompt(request: { name: string; arguments?: Record<string, string> }): Promise<Wire>;
  readResource(request: { uri: string }): Promise<Wire>;
  getInstructions(): string | undefined;
  getServerVersion(): { name: string; version: string } | undefined;
  close(): Promise<void>;
}

const info = { name: 'lockkeeper-test', version: '1.0.0' };

/** Three clients that exist: two eras of the current SDK, and its predecessor. */
export const clientKinds = {
  'current SDK, 2026 era': (folder: string, words: string[] = []) => connectCurrent('auto', folder, words),
  'current SDK, 2025 era': (folder: string, words: string[] = []) => connectCurrent('legacy', folder, words),
  'predecessor SDK': connectOld,
} satisfies Record<string, (folder: string, words?: string[]) => Promise<AnyClient>>;

async function connectCurrent(mode: 'auto' | 'legacy', folder: string, words: string[]): Promise<AnyClient> {
  const client = new ModernClient(info, { versionNegotiation: { mode } });
  await client.connect(new ModernTransport(parameters(folder, words)));
  return client as unknown as AnyClient;
}

async function connectOld(folder: string, words: string[] = []): Promise<AnyClient> {
  const client = new OldClient(info);
  await client.connect(new OldTransport(parameters(folder, words)));
  return client as unknown as AnyClient;
}

function parameters(folder: string, words: string[]) {
  return { ...serverCommand(words), env: bareEnvironment({ LOCKKEEPER_PROJECT: folder }), stderr: 'ignore' as const };
}
