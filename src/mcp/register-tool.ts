import type { CallToolResult, InputRequiredResult, McpServer, ServerContext, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type * as z from 'zod';
import { askingOf } from './elicitation.js';
import { badArguments, failed } from './failure.js';
import { progressReporter } from './progress.js';
import type { Tool, ToolContext } from './tool.js';

/** What the tools of one server share. */
export type SharedContext = Pick<ToolContext, 'chooseProject' | 'environment'> & {
  /** Aborted when the connection ends. */
  ended: AbortSignal;
};

/**
 * Registers a tool. Arguments are checked here and not by the SDK, so that wrong ones are answered with a code as every
 * other failure is; the answer is checked against the output schema by the SDK.
 */
export function registerTool(server: McpServer, tool: Tool, shared: SharedContext): void {
  const { name, title, description, annotations, outputSchema } = tool;
  const config = {
    title,
    description,
    annotations: { title, ...annotations },
    inputSchema: advertised(tool.inputSchema),
    outputSchema,
    ...(tool.meta === undefined ? {} : { _meta: tool.meta }),
  };
  server.registerTool(
    name,
    config,
    async (argumentsGiven: unknown, context: ServerContext): Promise<CallToolResult | InputRequiredResult> => {
      const input = tool.inputSchema.safeParse(argumentsGiven ?? {});
      if (!input.success) return failed(badArguments(name, input.error));
      try {
        const signal = AbortSignal.any([context.mcpReq.signal, shared.ended]);
        const progress = progressReporter(context);
        const answer = await tool.handler(input.data, {
          chooseProject: shared.chooseProject,
          environment: shared.environment,
          signal,
          progress,
          asking: askingOf(server, context),
        });
        if ('question' in answer) return answer.question;
        return { content: [{ type: 'text' as const, text: answer.text }], structuredContent: answer.structured };
      } catch (error) {
        return failed(error);
      }
    },
  );
}

/** A schema that clients see as it is, and that lets every value through. */
function advertised(schema: z.ZodObject): StandardSchemaWithJSON<unknown, unknown> {
  const standard = schema['~standard'] as unknown as StandardSchemaWithJSON<unknown, unknown>['~standard'];
  return { '~standard': { ...standard, validate: (value: unknown) => ({ value }) } };
}
