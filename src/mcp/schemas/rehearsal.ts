import * as z from 'zod';
import { lockModes } from '../../core/effects.js';
import type { RehearsalFinding, RehearsedMigration, RehearsedQuery, RehearsedStatement } from '../../core/rehearsal.js';
import { partSchema } from './page.js';
import { placeSchema, problemSchema } from './place.js';
import { oneOf, proves, type Same } from './same.js';

const statementSchema = z.object({
  sql: z.string(),
  source: placeSchema.nullable(),
  direction: z.enum(['up', 'down']),
  inTransaction: z.boolean(),
  tookMs: z.number(),
  locks: z
    .array(z.object({ relation: z.string(), mode: z.enum(lockModes), heldMs: z.number() }))
    .nullable()
    .describe('First taken by this statement in its transaction; null: could not be seen'),
  rewrites: z.array(z.string()),
  scans: z.array(z.string()),
  indexBuilds: z.array(z.string()),
  rows: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  differences: z.array(z.string()).describe('What was predicted from the text and is not what was seen'),
});
proves<Same<z.infer<typeof statementSchema>, RehearsedStatement>>();

const wayBackSchema = z.object({
  grade: z.enum(['reversible', 'data lost', 'irreversible', 'no down', 'not tried']),
  says: z.string(),
  differences: z.array(z.string()),
  lost: z.array(z.string()),
  upAgain: z.boolean().nullable(),
  rollback: z.object({ sql: z.string(), proven: z.string(), file: z.string(), written: z.boolean() }).nullable(),
});

const filledSchema = z.object({
  table: z.string(),
  rows: z.number(),
  shapes: z.array(z.string()),
  unfilled: z.array(z.object({ shape: z.string(), why: z.string() })),
});

const migrationSchema = z.object({
  name: z.string(),
  succeeded: z.boolean(),
  error: z.object({ code: z.string().nullable(), message: z.string() }).nullable(),
  schemaChanges: z.array(z.string()),
  leftInvalid: z.array(z.string()),
  wayBack: wayBackSchema,
  filled: z.array(filledSchema),
});
proves<Same<z.infer<typeof migrationSchema>, Omit<RehearsedMigration, 'statements'>>>();

const findingSchema = z.object({
  kind: oneOf<RehearsalFinding['kind']>(),
  severity: z.enum(['low', 'medium', 'high']),
  certainty: z.enum(['certain', 'if such rows exist']),
  migration: z.string(),
  source: placeSchema.nullable(),
  title: z.string(),
  why: z.string(),
  next: z.string(),
});
proves<Same<z.infer<typeof findingSchema>, RehearsalFinding>>();

const triedSchema = z.enum(['runs', 'fails', 'not tried']);
const querySchema = z.object({
  source: placeSchema.nullable(),
  sql: z.string(),
  before: triedSchema,
  after: triedSchema,
  brokenBy: z.string().nullable(),
  error: z.string().nullable(),
});
proves<Same<z.infer<typeof querySchema>, RehearsedQuery>>();

/** A rehearsal as the tool answers it: a part of each list at a time. */
export const rehearsalPageSchema = z.object({
  stack: z.string(),
  passed: z.boolean(),
  place: z.object({
    kind: z.enum(['server', 'native', 'embedded']),
    version: z.number(),
    what: z.string(),
    doesNotProve: z.array(z.string()),
  }),
  start: z.object({ from: z.enum(['target', 'history', 'empty']), what: z.string(), kept: z.boolean() }),
  findings: z.array(findingSchema),
  migrations: z.array(migrationSchema),
  statements: z.array(statementSchema.extend({ migration: z.string() })).describe('As they went over the wire'),
  queries: z.array(querySchema).describe('Those that broke or did not run before; page.queriesTried counts all'),
  fingerprint: z.string().describe('Of the migrations and of what they started from'),
  took: z.object({ base: z.number(), total: z.number() }),
  problems: z.array(problemSchema),
  page: z.object({
    findings: partSchema,
    migrations: partSchema,
    statements: partSchema,
    queries: partSchema,
    queriesTried: z.number(),
    cursor: z.string().nullable().describe('Give it back for the next part; null at the end'),
    shortened: z.array(z.string()).describe('Lists of which only the beginning is here'),
  }),
});
export type RehearsalPage = z.infer<typeof rehearsalPageSchema>;
