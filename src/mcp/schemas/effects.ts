import * as z from 'zod';
import { lockModes, type Effects } from '../../core/effects.js';
import { proves, type Same } from './same.js';

const blocksSchema = z.enum(['nothing', 'writes', 'readsAndWrites']);

const lockSchema = z.object({ relation: z.string(), mode: z.enum(lockModes), blocks: blocksSchema, transient: z.boolean() });

const estimateSchema = z.object({ lowMs: z.number(), highMs: z.number(), diskBytes: z.number().nullable(), basis: z.string() });

export const effectsSchema = z.object({
  locks: z.array(lockSchema),
  rewrites: z.array(z.string()).describe('Relations whose storage is written anew'),
  scans: z.array(z.string()).describe('Relations read in full while the lock is held'),
  indexBuilds: z.array(z.string()),
  runsInTransaction: z.union([z.boolean(), z.literal('either')]),
  blocks: blocksSchema,
  estimate: estimateSchema.nullable(),
});
proves<Same<z.infer<typeof effectsSchema>, Effects>>();
