/** Asking the human behind the client, in both protocol eras. A yes in here is consent, never proof. */
import { randomBytes } from 'node:crypto';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';

/** What travels through the client between question and answer: signed, and grants nothing. */
export interface QuestionState {
  planId: string;
  /** Secret of the challenge; taken once in the store, whatever is replayed. */
  challenge: string;
}

/** One key a process: after a restart everything is asked anew. */
export const questionCodec = createRequestStateCodec<QuestionState>({
  key: randomBytes(32),
  ttlSeconds: 600,
  bind: (context: ServerContext) => context.mcpReq.method,
});

/** What came back. `none`: nothing was asked yet. */
export type Reply = { kind: 'none' } | { kind: 'accept'; content: Record<string, unknown> } | { kind: 'decline' | 'cancel' };

/** How a tool asks. */
export interface Asking {
  /** What the client says that it can ask. Nothing said: nothing can be asked. */
  modes: { form: boolean; url: boolean };
  reply: Reply;
  state: QuestionState | undefined;
  /** Name and version of the client as it states them. */
  client: string | undefined;
  form(message: string, typedName: string | null, state: QuestionState): Promise<InputRequiredResult>;
  url(message: string, url: string, state: QuestionState): Promise<InputRequiredResult>;
}

const question = 'approval';

export function askingOf(server: McpServer, context: ServerContext): Asking {
  return {
    modes: modesOf(server, context),
    reply: replyOf(context),
    state: context.mcpReq.requestState<QuestionState>(),
    client: clientOf(server, context),
    form: async (message, typedName, state) =>
      inputRequired({
        inputRequests: { [question]: inputRequired.elicit({ message, requestedSchema: formOf(typedName) }) },
        requestState: await questionCodec.mint(state, context),
      }),
    url: async (message, url, state) =>
      inputRequired({
        inputRequests: { [question]: inputRequired.elicitUrl({ message, url }) },
        requestState: await questionCodec.mint(state, context),
      }),
  };
}

/** No default says yes: a client that fills the form in by itself has to want to. */
function formOf(typedName: string | null) {
  const approve = { type: 'boolean' as const, title: 'Run exactly this', default: false };
  const target = { type: 'string' as const, title: 'Name of the database', description: 'Type it as the message shows it' };
  return typedName === null
    ? { type: 'object' as const, properties: { approve } as Record<string, typeof approve | typeof target>, required: ['approve'] }
    : {
        type: 'object' as const,
        properties: { approve, target } as Record<string, typeof approve | typeof target>,
        required: ['approve', 'target'],
      };
}

/** Clients of the 2026 era declare with each request, older ones when they connect. */
function modesOf(server: McpServer, context: ServerContext): { form: boolean; url: boolean } {
  const envelope = context.mcpReq.envelope as Record<string, unknown> | undefined;
  const declared = (envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined) ?? server.server.getClientCapabilities();
  const elicitation = declared?.elicitation;
  return { form: !!elicitation && (!!elicitation.form || !elicitation.url), url: !!elicitation?.url };
}

function replyOf(context: ServerContext): Reply {
  const reply = inputResponse(context.mcpReq.inputResponses, question);
  if (reply.kind !== 'elicit') return { kind: 'none' };
  if (reply.action !== 'accept') return { kind: reply.action };
  return { kind: 'accept', content: (reply.content ?? {}) as Record<string, unknown> };
}

function clientOf(server: McpServer, context: ServerContext): string | undefined {
  const envelope = context.mcpReq.envelope as Record<string, unknown> | undefined;
  const info = (envelope?.['io.modelcontextprotocol/clientInfo'] ?? server.server.getClientVersion()) as
    | { name?: string; version?: string }
    | undefined;
  return info?.name === undefined ? undefined : `${info.name} ${info.version ?? ''}`.trim();
}
