import * as z from 'zod';
import type { LockkeeperProblem, ProblemCode } from '../../core/errors.js';
import type { Place } from '../../core/stack.js';
import { oneOf, proves, type Same } from './same.js';

export const placeSchema = z.object({ file: z.string(), line: z.number().nullable() });
proves<Same<z.infer<typeof placeSchema>, Place>>();

export const problemSchema = z.object({
  code: oneOf<ProblemCode>(),
  message: z.string(),
  next: z.string().describe('What to do about it'),
  file: z.string().optional(),
  line: z.number().optional(),
});
proves<Same<z.infer<typeof problemSchema>, LockkeeperProblem>>();

export const dialectSchema = z.enum(['postgres', 'mysql', 'mariadb', 'sqlite', 'unknown']);
