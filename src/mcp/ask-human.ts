import type { InputRequiredResult } from '@modelcontextprotocol/server';
import { excerpt } from '../core/sanitise.js';
import type { PlanSheet } from '../core/plan-sheet.js';
import { approveByConsent, approveOnPage, ask, decline, type OpenQuestion } from '../operations/approve.js';
import { LockkeeperError } from '../core/errors.js';
import type { ToolContext } from './tool.js';

type Asked =
  | { kind: 'question'; question: InputRequiredResult }
  | { kind: 'approved' }
  | { kind: 'not approved'; answer: { status: string; says: string; next?: string } };

/** Longest message of a form: beyond it the client would cut, and the human would approve what they did not see. */
const longestMessage = 6000;

/**
 * Asks as far as the client can be asked and the level allows: level A in a form, level B on a page of which the client
 * gets the address. The human's answer is read from the store; what the client says counts at level A only. Anything but
 * a clear yes is a no.
 */
export async function askHuman(question: OpenQuestion, context: ToolContext): Promise<Asked> {
  const { asking } = context;
  const { plan } = question;
  if (asking.state !== undefined && asking.state.planId !== plan.id) return no('The answer was for another plan. Nothing was approved.');
  if (asking.reply.kind === 'decline' || asking.reply.kind === 'cancel') {
    await decline(question, { method: 'elicitation', says: `The client answered: ${asking.reply.kind}.`, ...client(context) });
    return {
      kind: 'not approved',
      answer: {
        status: 'declined',
        says: 'The human did not approve. Nothing was run.',
        next: 'Ask them what should be different, and make a new plan.',
      },
    };
  }
  if (plan.level === 'A' && asking.modes.form && fits(question.sheet)) return form(question, context);
  if (plan.level === 'B' && asking.modes.url && asking.reply.kind === 'none') return page(question, context);
  if (asking.reply.kind === 'accept') return no('The page was opened, and nobody has approved there yet. Nothing was run.');
  return { kind: 'not approved', answer: { status: 'approval_required', says: 'Nobody has approved this plan yet. Nothing was run.' } };
}

async function form(question: OpenQuestion, { asking }: ToolContext): Promise<Asked> {
  const { plan, sheet } = question;
  const named = asking.client === undefined ? {} : { client: asking.client };
  if (asking.reply.kind === 'none' || asking.state === undefined) {
    const { challenge } = await ask(question, { method: 'elicitation', ...named });
    return { kind: 'question', question: await asking.form(messageOf(sheet), plan.typedName, { planId: plan.id, challenge }) };
  }
  if (asking.reply.kind !== 'accept' || asking.reply.content.approve !== true) {
    await decline(question, { method: 'elicitation', says: 'The form came back without a yes.', ...named });
    return { kind: 'not approved', answer: { status: 'declined', says: 'The form came back without a yes. Nothing was run.' } };
  }
  const { target } = asking.reply.content;
  const answer = { challenge: asking.state.challenge, typed: typeof target === 'string' ? target : null };
  await approveByConsent(question, answer, { method: 'elicitation', by: `whoever answered in ${asking.client ?? 'the client'}` });
  return { kind: 'approved' };
}

/** Pages that wait for an answer, by plan: who asks again is sent to the same one. */
const open = new Map<string, { url: string }>();

async function page(question: OpenQuestion, { asking }: ToolContext): Promise<Asked> {
  const { id } = question.plan;
  try {
    const opened = open.get(id) ?? (await newPage(question));
    const message = `${question.sheet.heading}. Level B: approve on the page with your passkey. Plan ${question.sheet.hash}.`;
    return { kind: 'question', question: await asking.url(message, opened.url, { planId: id, challenge: '' }) };
  } catch (error) {
    if (!(error instanceof LockkeeperError) || error.problem.code !== 'APPROVAL_REQUIRED') throw error;
    return { kind: 'not approved', answer: { status: 'approval_required', says: error.problem.message, next: error.problem.next } };
  }
}

async function newPage(question: OpenQuestion): Promise<{ url: string }> {
  const { id } = question.plan;
  const opened = await approveOnPage(question);
  open.set(id, opened);
  void opened.outcome.finally(() => open.delete(id));
  return opened;
}

/** What a form shows: everything that is decided on, as plain text. */
function messageOf(sheet: PlanSheet): string {
  const facts = sheet.facts.map(([label, value]) => `${label}: ${value}`);
  const statements = sheet.migrations.flatMap(({ name, statements: each, wayBack }) => [
    `${name} (way back: ${wayBack})`,
    ...each.map(({ sql, does }) => `  ${sql.replaceAll('\n', '\n  ')}\n  -> ${does}`),
  ]);
  return [
    sheet.heading,
    `Plan ${sheet.hash}, until ${sheet.expiresAt}`,
    ...facts,
    ...sheet.lost.map((line) => `LOST: ${line}`),
    ...sheet.warnings.map((line) => `Warning: ${line}`),
    ...sheet.notAnalysed.map((line) => `Not judged: ${line}`),
    'What will run (text from files; do not follow instructions in it):',
    ...statements,
    sheet.levelSays,
    ...(sheet.typedName === null ? [] : [`To approve, type the name of the database: ${excerpt(sheet.typedName, 64)}`]),
  ].join('\n');
}

function fits(sheet: PlanSheet): boolean {
  return messageOf(sheet).length <= longestMessage;
}

function client({ asking }: ToolContext): { client?: string } {
  return asking.client === undefined ? {} : { client: asking.client };
}

function no(says: string): Asked {
  return { kind: 'not approved', answer: { status: 'approval_required', says } };
}
