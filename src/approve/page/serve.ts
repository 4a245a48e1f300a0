/**
 * A page for one question, on this machine only. It guards against other pages and other machines; whatever runs as this
 * user can read it and post to it, so that the answer itself must prove who gave it.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const mostBodyBytes = 64 * 1024;

/** What a page says to an action: shown on the page, and whether the question is now answered. */
export interface Answered {
  ok: boolean;
  says: string;
  /** True: the page takes no further answer. */
  done: boolean;
}

export interface Question {
  /** Path-independent HTML; `token` goes into what the page posts, `nonce` onto its script and style. */
  html(surroundings: { token: string; nonce: string; origin: string }): string;
  /** Why the question cannot be answered any more, as a whole page; null while it can. */
  closed(nonce: string): string | null;
  /** By the last part of the path. */
  actions: Record<string, (body: Record<string, unknown>, origin: string) => Promise<Answered>>;
}

export interface OpenPage {
  url: string;
  origin: string;
  close(): Promise<void>;
}

/** Opens the page on a random port of the loopback address, at a path that cannot be guessed. */
export async function openPage(question: Question): Promise<OpenPage> {
  const path = `/${randomBytes(32).toString('base64url')}`;
  const session = randomBytes(32).toString('base64url');
  const token = randomBytes(32).toString('base64url');
  const servers = await listen((request, response) => {
    const origin = `http://localhost:${port}`;
    handle(request, response, { question, path, session, token, origin }).catch(() => answer(response, 500, 'text/plain', 'Failed.'));
  });
  const port = portOf(servers);
  return {
    url: `http://localhost:${port}${path}`,
    origin: `http://localhost:${port}`,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      }
    },
  };
}

interface Guarded {
  question: Question;
  path: string;
  session: string;
  token: string;
  origin: string;
}

async function handle(request: IncomingMessage, response: ServerResponse, guarded: Guarded): Promise<void> {
  const { question, path, session, token, origin } = guarded;
  // A name that was rebound to this address comes with its own Host.
  if (`http://${request.headers.host}` !== origin) return answer(response, 403, 'text/plain', 'Wrong host.');
  const { pathname } = new URL(request.url ?? '/', origin);
  const nonce = randomBytes(16).toString('base64');
  if (request.method === 'GET' && same(pathname, path)) {
    const closed = question.closed(nonce);
    const cookie = { 'set-cookie': `lockkeeper=${session}; HttpOnly; SameSite=Strict; Path=${path}` };
    return closed === null
      ? answer(response, 200, 'text/html', question.html({ token, nonce, origin }), { nonce, headers: cookie })
      : answer(response, 410, 'text/html', closed, { nonce });
  }
  const name = pathname.startsWith(`${path}/`) ? pathname.slice(path.length + 1) : '';
  const action = Object.hasOwn(question.actions, name) ? question.actions[name] : undefined;
  if (action === undefined) return answer(response, 404, 'text/plain', 'Nothing here.');
  if (request.method !== 'POST') return answer(response, 405, 'text/plain', 'Only POST.', { headers: { allow: 'POST' } });
  if (request.headers.origin !== origin) return answer(response, 403, 'text/plain', 'Wrong origin.');
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return answer(response, 403, 'text/plain', 'Another site asked.');
  if (!same(cookieOf(request), session)) return answer(response, 403, 'text/plain', 'Open the page first.');
  if (request.headers['content-type'] !== 'application/json') return answer(response, 415, 'text/plain', 'Only JSON.');
  const body = await bodyOf(request);
  if (body === null) return answer(response, 400, 'text/plain', 'No JSON, or too long.');
  if (!same(String(body.token ?? ''), token)) return answer(response, 403, 'text/plain', 'Reload the page.');
  if (question.closed(nonce) !== null)
    return answer(
      response,
      410,
      'application/json',
      JSON.stringify({ ok: false, done: true, says: 'This question can no longer be answered.' }),
    );
  const result = await action(body, origin);
  answer(response, result.ok ? 200 : 400, 'application/json', JSON.stringify(result));
}

function answer(
  response: ServerResponse,
  status: number,
  type: string,
  text: string,
  more: { nonce?: string; headers?: Record<string, string> } = {},
): void {
  const own = more.nonce === undefined ? '' : `script-src 'nonce-${more.nonce}'; style-src 'nonce-${more.nonce}'; connect-src 'self'; `;
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': `default-src 'none'; ${own}frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...more.headers,
  });
  response.end(text);
}

/** Both loopback addresses, where there are two: nobody else can then answer for `localhost` on this port. */
async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server[]> {
  for (let attempt = 0; ; attempt += 1) {
    const first = await listenOn(handler, '127.0.0.1', 0);
    const { port } = first.address() as AddressInfo;
    try {
      return [first, await listenOn(handler, '::1', port)];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE') return [first];
      first.close();
      if (attempt > 20) throw error;
    }
  }
}

function listenOn(handler: (request: IncomingMessage, response: ServerResponse) => void, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, handler);
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function portOf(servers: readonly Server[]): number {
  const address = servers[0]?.address();
  if (address === null || typeof address !== 'object') throw new Error('The page has no address.');
  return address.port;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBodyBytes) return null;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function cookieOf(request: IncomingMessage): string {
  return /(?:^|;\s*)lockkeeper=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
