import { readFile } from 'node:fs/promises';
import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { sanitise } from '../core/sanitise.js';
import { skillBody, skillPrompts, type SkillPrompt } from './skills.js';

const longestArgument = 8000;

/** One prompt a skill: its text, and under headings of their own what the user gave. */
export function registerPrompts(server: McpServer, folder: string): void {
  for (const skill of skillPrompts) {
    const argsSchema = z.object(
      Object.fromEntries(Object.entries(skill.arguments).map(([name, { describe }]) => [name, z.string().optional().describe(describe)])),
    );
    server.registerPrompt(skill.name, { title: skill.title, description: skill.description, argsSchema }, async (given) => {
      const body = skillBody(await readFile(`${folder}${skill.name}/SKILL.md`, 'utf8'));
      const text = [body, ...givenParts(skill, given)].join('\n\n');
      return { description: skill.description, messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] };
    });
  }
}

function givenParts(skill: SkillPrompt, given: Record<string, string | undefined>): string[] {
  return Object.entries(skill.arguments).flatMap(([name, { heading }]) => {
    const text = sanitise(given[name] ?? '')
      .trim()
      .slice(0, longestArgument);
    return text === '' ? [] : [`## ${heading}\n\n${text}`];
  });
}
