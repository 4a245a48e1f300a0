import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { safeJson } from '../core/sanitise.js';
import { dangers } from '../operations/danger.js';

const root = 'lockkeeper://danger/';
const config = {
  title: 'Destructive commands of a migration tool',
  description: 'Commands of the tool that destroy data or rewrite its record: a pattern for the command line, why, and what to do instead',
  mimeType: 'application/json',
};

/** Registers `lockkeeper://danger/<tool>`: what no agent and no hook lets run on anything but a throw-away database. */
export function registerResources(server: McpServer): void {
  const names = [...new Set(dangers([]).commands.map((each) => each.tool))];
  const template = new ResourceTemplate(`${root}{tool}`, {
    list: () => ({
      resources: names.map((name) => ({
        uri: `${root}${name}`,
        name: `danger-${name}`,
        ...config,
        title: `Destructive commands of ${name}`,
      })),
    }),
    complete: { tool: (start) => names.filter((name) => name.startsWith(start)) },
  });
  server.registerResource('danger', template, config, (uri, { tool }) => ({
    contents: [{ uri: uri.href, mimeType: config.mimeType, text: safeJson(dangers([String(tool)]).commands, 2) }],
  }));
}
