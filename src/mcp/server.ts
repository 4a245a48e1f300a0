import { McpServer } from '@modelcontextprotocol/server';
import type { SkillCatalog } from '@modelcontextprotocol/server/ext/skills';
import { version } from '../core/version.js';
import { questionCodec } from './elicitation.js';
import { instructions } from './instructions.js';
import { registerPlans } from './plan-resource.js';
import { registerPrompts } from './prompts.js';
import { registerResources } from './resources.js';
import { registerTool, type SharedContext } from './register-tool.js';
import { tools, writingTools } from './tools.js';

/** Skills read at the start: their folder, and the catalogue that serves their files. */
export interface LoadedSkills {
  folder: string;
  catalog: SkillCatalog;
}

/**
 * One server for one connection. It is called once more for a probe that is thrown away, so it is cheap and has no
 * side effect; the list of tools is the same whatever happened before.
 *
 * @param allowApply whether tools that change a database are there at all: decided by who starts the server
 */
export function buildServer(shared: SharedContext, skills: LoadedSkills | null, allowApply = false): McpServer {
  const server = new McpServer(
    { name: 'lockkeeper', title: 'lockkeeper', version },
    {
      instructions: instructions(allowApply),
      requestState: { verify: questionCodec.verify },
      cacheHints: { 'tools/list': { ttlMs: 60_000, cacheScope: 'private' } },
    },
  );
  for (const tool of allowApply ? [...tools, ...writingTools] : tools) registerTool(server, tool, shared);
  registerResources(server);
  registerPlans(server, shared.environment);
  if (skills !== null) {
    registerPrompts(server, skills.folder);
    skills.catalog.attach(server);
  }
  return server;
}
