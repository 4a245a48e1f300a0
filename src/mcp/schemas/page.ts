import * as z from 'zod';

/** Which part of a list is here. */
export const partSchema = z.object({ from: z.number(), count: z.number(), total: z.number() });

/** Arguments that every tool with long answers takes. */
export const pageArguments = {
  response_format: z.enum(['concise', 'detailed']).default('concise').describe('"detailed" carries longer texts; default "concise"'),
  cursor: z.string().max(400).optional().describe('page.cursor of the part before, with all other arguments unchanged'),
  limit: z.number().int().min(1).max(100).default(20).describe('Most items of each list in one answer; default 20'),
};
