import type * as z from 'zod';
import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { Asking } from './elicitation.js';
import type { ChooseProject } from './project-folder.js';

/** Hints for the client. All four are required: what is left out defaults to the dangerous value. */
export interface RequiredAnnotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** For tools that only read the project and, when it is named, the catalog of one database. */
export const onlyReads: RequiredAnnotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };

/** What surrounds a call. */
export interface ToolContext {
  chooseProject: ChooseProject;
  environment: NodeJS.ProcessEnv;
  /** Aborted when the client cancels the call or goes away. */
  signal: AbortSignal;
  progress: (done: number, total: number, message: string) => void;
  /** How the human behind the client is asked. */
  asking: Asking;
}

/** What a tool answers: the object of its output schema, and a short text for people. */
export interface ToolAnswer<Structured> {
  structured: Structured;
  text: string;
}

/** An answer that asks first: the client calls again with what the human said. */
export interface ToolQuestion {
  question: InputRequiredResult;
}

/**
 * A tool as data. Heavy code is imported inside `handler`, so that the server answers its first request fast.
 * Failures are thrown as LockkeeperError.
 */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  /** What it does, under 2 KB. */
  description: string;
  /** A plain object without unions at its root: clients flatten or skip others. */
  inputSchema: Input;
  outputSchema: Output;
  annotations: RequiredAnnotations;
  /** `_meta` of the tool, for hosts that know it. */
  meta?: Record<string, unknown>;
  handler(input: z.infer<Input>, context: ToolContext): Promise<ToolAnswer<z.infer<Output>> | ToolQuestion>;
}

/** Ties the handler's types to the two schemas. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(tool: Tool<Input, Output>): Tool {
  return tool as unknown as Tool;
}
