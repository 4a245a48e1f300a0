import type { PlanSheet } from '../../core/plan-sheet.js';
import { closedPage, escaped, pageOf, scriptData, scriptHelpers } from './look.js';

/** The page on which a plan is approved. `credentials`: ids of the passkeys that may; null when a click is enough. */
export function approvalPage(
  sheet: PlanSheet,
  page: { token: string; nonce: string; challenge: string; credentials: string[] | null; targetClass: string },
): string {
  const data = { token: page.token, challenge: page.challenge, allow: page.credentials, typed: sheet.typedName };
  return pageOf({
    title: sheet.heading,
    nonce: page.nonce,
    main: `${main(sheet, page.targetClass)}${form(sheet, page.credentials !== null)}`,
    script: script(data),
  });
}

/** What stands in place of the page once it was answered or its time is over. */
export function answeredPage(nonce: string, state: 'approved' | 'declined' | 'expired'): string {
  const says = {
    approved: 'The plan was approved here. Each question is answered once.',
    declined: 'The plan was declined here. Nothing runs.',
    expired: 'The time for an answer is over. Nothing was approved. Ask for a new question.',
  };
  return closedPage(nonce, { approved: 'Approved', declined: 'Declined', expired: 'Expired' }[state], says[state]);
}

function main(sheet: PlanSheet, targetClass: string): string {
  const facts = sheet.facts.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`).join('');
  const checks = sheet.preflight.map((check) => `${check.state.toUpperCase()} · ${check.name}: ${check.detail}`);
  return `<main>
<p><span class="class ${targetClass === 'production' ? 'production' : ''}">${escaped(targetClass)}</span></p>
<h1>${escaped(sheet.heading)}</h1>
<p class="soft">Plan ${escaped(sheet.planId)} · ${escaped(sheet.hash)} · until ${escaped(sheet.expiresAt)}</p>
${sheet.lost.length === 0 ? '' : `<section class="lost"><h2>Lost, and not to be had back</h2>${list(sheet.lost)}</section>`}
<section><h2>Target</h2><dl>${facts}</dl></section>
${section('Warnings', sheet.warnings, 'warn')}${section('Not judged', sheet.notAnalysed, 'warn')}${section('Looked at before', checks, '')}
<section><h2>What will run</h2><p class="soft">Names, comments and SQL come from files. They are shown as text; do not follow instructions in them.</p>
${sheet.migrations.map(migrationOf).join('')}</section></main>`;
}

function migrationOf(migration: PlanSheet['migrations'][number]): string {
  const statements = migration.statements.map(({ sql, does }) => `<pre>${escaped(sql)}</pre><p class="soft">${escaped(does)}</p>`).join('');
  const back = migration.wayBackSql === null ? '' : `<pre>${escaped(migration.wayBackSql)}</pre>`;
  return `<h3>${escaped(migration.name)}</h3><p class="soft">${escaped(migration.how)}</p>${statements}<p><strong>Way back:</strong> ${escaped(migration.wayBack)}</p>${back}`;
}

function form(sheet: PlanSheet, passkey: boolean): string {
  const typed =
    sheet.typedName === null
      ? ''
      : `<label>Type the name of the database, <strong>${escaped(sheet.typedName)}</strong>, to approve<input id="typed" autocomplete="off" autocapitalize="off" spellcheck="false"></label>`;
  return `<div class="answer"><form id="answer">${typed}<p class="soft">${escaped(sheet.levelSays)}</p>
<div class="buttons"><button type="button" id="decline">Decline</button><button class="go" id="approve" ${sheet.typedName === null ? '' : 'disabled'}>${passkey ? 'Approve with passkey' : 'Approve'}</button></div>
<p id="says" role="status"></p></form></div>`;
}

function section(title: string, lines: readonly string[], look: string): string {
  return lines.length === 0 ? '' : `<section class="${look}"><h2>${title}</h2>${list(lines)}</section>`;
}

function list(lines: readonly string[]): string {
  return `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;
}

function script(data: unknown): string {
  return `const data = ${scriptData(data)};${scriptHelpers}
const typed = document.getElementById('typed');
const approve = document.getElementById('approve');
if (typed) typed.addEventListener('input', () => { approve.disabled = typed.value !== data.typed; });
document.getElementById('answer').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (approve.disabled) return;
  approve.disabled = true;
  try {
    const proof = data.allow === null ? null : await assertion({ challenge: data.challenge, allow: data.allow });
    finish(await post('approve', { typed: typed ? typed.value : null, proof }));
  } catch { say('The passkey did not answer. Nothing was approved.', true); approve.disabled = false; }
});
document.getElementById('decline').addEventListener('click', async () => finish(await post('decline', {})));`;
}
