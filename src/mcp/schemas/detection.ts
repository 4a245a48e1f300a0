import * as z from 'zod';
import type { Detection } from '../../operations/detect.js';
import { partSchema } from './page.js';
import { problemSchema } from './place.js';
import { proves, type Same } from './same.js';
import { stackSchema } from './stack.js';

export const detectionSchema = z.object({ stacks: z.array(stackSchema), problems: z.array(problemSchema) });
proves<Same<z.infer<typeof detectionSchema>, Detection>>();

/** A detection as the tool answers it: a part of the stacks, and where the next part begins. */
export const detectionPageSchema = detectionSchema.extend({
  page: z.object({
    stacks: partSchema,
    cursor: z.string().nullable().describe('Give it back for the next part; null at the end'),
    shortened: z.array(z.string()).describe('Lists of which only the beginning is here'),
  }),
});
export type DetectionPage = z.infer<typeof detectionPageSchema>;
