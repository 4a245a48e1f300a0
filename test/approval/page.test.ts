/** The page as other programs, other pages and other machines would attack it. */
import { request } from 'node:http';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { approveOnPage, openQuestion } from '../../src/operations/approve.js';
import type { AskingPage } from '../../src/approve/page/ask.js';
import type { RunPlan, RunPlanBody } from '../../src/core/run-plan.js';
import { entryOf, makePasskey } from './support/authenticator.js';
import { humanFile, on, type World, world } from './support/world.js';

const opened: AskingPage[] = [];
afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

async function open(more: Partial<RunPlanBody> = on('development')): Promise<{ at: World; plan: RunPlan; page: AskingPage }> {
  const at = await world();
  await humanFile(at, 'approvers.json', { approvers: [entryOf(makePasskey())] });
  const plan = await at.plan(more);
  const page = await approveOnPage(await openQuestion(plan.id, at.context));
  opened.push(page);
  return { at, plan, page };
}

interface Sent {
  status: number;
  text: string;
  headers: Record<string, string | string[] | undefined>;
}

function send(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const target = new URL(url);
    // `fetch` would not let a test forge Host.
    const sent = request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: target.pathname,
        method: options.method ?? 'GET',
        headers: { host: target.host, ...options.headers },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

/** Everything that the page itself would send. */
async function asThePage(page: AskingPage): Promise<{ headers: Record<string, string>; token: string; origin: string }> {
  const shown = await send(page.url);
  const origin = new URL(page.url).origin;
  const token = /"token":"([^"]+)"/.exec(shown.text)?.[1] ?? '';
  const cookie = String(shown.headers['set-cookie']).split(';')[0] ?? '';
  return { headers: { origin, cookie, 'content-type': 'application/json' }, token, origin };
}

const approvals = async (at: World): Promise<string[]> => readdir(join(at.state.folder, 'approvals'));

describe('what curl can do', () => {
  test('at level A it approves, as the words of the level say', async () => {
    const { at, plan, page } = await open();
    const jar = join(at.folder, 'cookies');
    const html = (await execa('curl', ['-s', '-c', jar, page.url])).stdout;
    const token = /"token":"([^"]+)"/.exec(html)?.[1];
    const origin = new URL(page.url).origin;
    await execa('curl', [
      '-s',
      '-b',
      jar,
      '-H',
      `origin: ${origin}`,
      '-H',
      'content-type: application/json',
      '-d',
      JSON.stringify({ token, typed: null, proof: null }),
      `${page.url}/approve`,
    ]);
    expect(await approvals(at)).toEqual([`${plan.id}.json`]);
    expect(JSON.parse(await readFile(join(at.state.folder, 'approvals', `${plan.id}.json`), 'utf8'))).toMatchObject({
      level: 'A',
      humanVerified: false,
    });
  });

  test('at level B it does not: the page wants a signature that curl cannot make', async () => {
    const { at, page } = await open(on('staging', { destructive: true }));
    const { headers, token } = await asThePage(page);
    for (const proof of [null, {}, { credential: 'x', clientData: 'e30', authenticatorData: 'AA', signature: 'AA' }]) {
      const answer = await send(`${page.url}/approve`, { method: 'POST', headers, body: JSON.stringify({ token, typed: 'shop', proof }) });
      expect(answer.status).toBe(400);
    }
    expect(await approvals(at)).toEqual([]);
  });

  test('the name of the database must be typed, and exactly', async () => {
    const { at, page } = await open(on('development', { level: 'A', typedName: 'shop' }));
    const { headers, token } = await asThePage(page);
    for (const typed of [null, '', 'SHOP', 'shop ', 'staging']) {
      expect(
        (await send(`${page.url}/approve`, { method: 'POST', headers, body: JSON.stringify({ token, typed, proof: null }) })).status,
      ).toBe(400);
    }
    expect(await approvals(at)).toEqual([]);
  });
});

describe('other pages and other machines', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: '' }],
    ['the origin of a file', { origin: 'null' }],
    ['the same machine, another port', { origin: 'http://localhost:1' }],
    ['another name of this machine', { origin: 'http://127.0.0.1' }],
    ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site request of another port', { 'sec-fetch-site': 'same-site' }],
    ['no cookie', { cookie: '' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['plain text', { 'content-type': 'text/plain' }],
  ])('%s is refused', async (_, changed) => {
    const { at, page } = await open();
    const { headers, token } = await asThePage(page);
    const answer = await send(`${page.url}/approve`, {
      method: 'POST',
      headers: { ...headers, ...changed },
      body: JSON.stringify({ token, typed: null, proof: null }),
    });
    expect([403, 415]).toContain(answer.status);
    expect(await approvals(at)).toEqual([]);
  });

  test('a name that was rebound to this address is refused, for reading too', async () => {
    const { at, page } = await open();
    const { port } = new URL(page.url);
    const { headers, token } = await asThePage(page);
    for (const host of [`evil.example:${port}`, `127.0.0.1:${port}`, 'localhost', `localhost.evil.example:${port}`]) {
      expect((await send(page.url, { headers: { host } })).status).toBe(403);
      expect(
        (await send(`${page.url}/approve`, { method: 'POST', headers: { ...headers, host }, body: JSON.stringify({ token }) })).status,
      ).toBe(403);
    }
    expect(await approvals(at)).toEqual([]);
  });

  test('the wrong token, the wrong path, a wrong method, a body without end', async () => {
    const { at, page } = await open();
    const { headers, origin } = await asThePage(page);
    const post = (url: string, body: string, method = 'POST') => send(url, { method, headers, body });
    expect((await post(`${page.url}/approve`, '{"token":"guess"}')).status).toBe(403);
    expect((await post(`${page.url}/approve`, `{"token":"${'x'.repeat(70_000)}"}`)).status).toBe(400);
    expect((await post(`${origin}/guess/approve`, '{}')).status).toBe(404);
    expect((await post(`${page.url}/__proto__`, '{}')).status).toBe(404);
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) expect((await post(`${page.url}/approve`, '', method)).status).toBe(405);
    expect(await approvals(at)).toEqual([]);
  });

  test('looking changes nothing: a preview of the link neither answers nor uses it up', async () => {
    const { at, page } = await open();
    for (let look = 0; look < 3; look += 1) expect((await send(page.url)).status).toBe(200);
    expect((await at.state.journal.lines()).map((line) => line.kind)).toEqual(['planned', 'asked']);
  });

  test('it cannot be framed, loads nothing, and is not kept', async () => {
    const { page } = await open();
    const { headers, text } = await send(page.url);
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'nonce-[^']+'; style-src 'nonce-[^']+'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    expect(text).not.toMatch(/\b(?:src|href)=/);
  });

  test('it is only on this machine', async () => {
    const { page } = await open();
    const { port } = new URL(page.url);
    const addresses = (await execa('hostname', ['-I'], { reject: false })).stdout
      .trim()
      .split(/\s+/)
      .filter((each) => each.includes('.'));
    for (const address of addresses) {
      const reached = await execa('curl', ['-s', '-m', '2', '-o', '/dev/null', `http://${address}:${port}/`], { reject: false });
      expect(reached.exitCode).not.toBe(0);
    }
  });
});

describe('answered once', () => {
  test('approved, then no more: by another post, nor by a decline', async () => {
    const { at, page } = await open();
    const { headers, token } = await asThePage(page);
    const body = JSON.stringify({ token, typed: null, proof: null });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(`${page.url}/approve`, { method: 'POST', headers, body })));
    expect(answers.filter((each) => each.status === 200)).toHaveLength(1);
    expect((await send(`${page.url}/decline`, { method: 'POST', headers, body })).status).toBe(410);
    expect((await send(page.url)).status).toBe(410);
    expect((await at.state.journal.lines()).filter((line) => line.kind === 'approved')).toHaveLength(1);
    expect(await page.outcome).toBe('approved');
  });

  test('declined: nothing is approved', async () => {
    const { at, page } = await open();
    const { headers, token } = await asThePage(page);
    expect((await send(`${page.url}/decline`, { method: 'POST', headers, body: JSON.stringify({ token }) })).status).toBe(200);
    expect(
      (await send(`${page.url}/approve`, { method: 'POST', headers, body: JSON.stringify({ token, typed: null, proof: null }) })).status,
    ).toBe(410);
    expect(await approvals(at)).toEqual([]);
    expect(await page.outcome).toBe('declined');
  });

  test('expired: the page says so and takes nothing', async () => {
    const { at, page } = await open();
    const { headers, token } = await asThePage(page);
    at.later(10 * 60_000 + 1);
    expect(await send(page.url)).toMatchObject({ status: 410, text: expect.stringContaining('Expired') });
    expect(
      (await send(`${page.url}/approve`, { method: 'POST', headers, body: JSON.stringify({ token, typed: null, proof: null }) })).status,
    ).toBe(410);
    expect(await approvals(at)).toEqual([]);
  });
});
