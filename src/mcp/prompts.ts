import { readFile } from 'node:fs/promises';
import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { sanitise } from '../core/sanitise.js';
import { skillBody, skillName } from './skills.js';

const longestChange = 8000;

const argumentsSchema = z.object({
  change: z.string().optional().describe('The schema change you want, in your own words or as SQL'),
});

/** The prompt `safe-migration`: the text of the skill, and the change that the user wants. */
export function registerPrompts(server: McpServer, folder: string): void {
  const config = {
    title: 'Safe database migration',
    description: 'How to make a database schema change safely with lockkeeper, for the change that you name',
    argsSchema: argumentsSchema,
  };
  server.registerPrompt(skillName, config, async ({ change }) => {
    const body = skillBody(await readFile(`${folder}${skillName}/SKILL.md`, 'utf8'));
    const wanted = sanitise(change ?? '')
      .trim()
      .slice(0, longestChange);
    const text = wanted === '' ? body : `${body}\n\n## The change that is wanted\n\n${wanted}`;
    return { description: config.description, messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] };
  });
}
