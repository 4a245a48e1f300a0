import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { safeJson } from '../core/sanitise.js';

/** Serves kept plans in full, by the id that an answer names. */
export function registerPlans(server: McpServer, environment: NodeJS.ProcessEnv): void {
  const template = new ResourceTemplate('lockkeeper://plans/{id}', { list: undefined });
  const about = {
    title: 'A plan for a safe change',
    description: 'All phases and steps of a plan, with every statement',
    mimeType: 'application/json',
  };
  server.registerResource('plan', template, about, async (uri, { id }) => {
    const { keptPlan } = await import('../operations/kept-plan.js');
    const plan = await keptPlan(String(id), environment);
    return { contents: [{ uri: uri.href, mimeType: 'application/json', text: safeJson(plan, 1) }] };
  });
}
