import type { PlanPhase, PlanStep, SafePlan } from '../core/plan.js';
import { strongestLock } from '../core/plan.js';
import { sanitise, sanitiseLine } from '../core/sanitise.js';
import { indentLines, type Paper, paint, plainPaper, wrap } from './paper.js';

const heads: Record<SafePlan['status'], string> = {
  plan: 'a plan',
  direct: 'no plan needed: one file',
  needsFacts: 'something has to be known first',
  refused: 'no safe way is known',
};

/** A plan for a terminal: its phases in order, with every statement. */
export function planText(plan: SafePlan, paper: Paper = plainPaper): string {
  const source = { catalog: 'schema of the live database', history: 'schema from the migrations', nothing: 'schema not known' }[plan.basis];
  const parts = [
    `${paint(paper, sanitiseLine(plan.title), 'bold')}\n${paint(paper, `${heads[plan.status]}; ${plan.id}; PostgreSQL ${plan.serverVersion}; ${source}`, 'dim')}`,
    ...plan.needs.map(
      (need) =>
        `${paint(paper, `needs ${sanitiseLine(need.what)}`, 'yellow')}\n${wrap(paper, sanitise(need.why), 2)}\n${wrap(paper, sanitise(need.how), 2)}`,
    ),
    ...plan.phases.map((phase) => phaseText(phase, paper)),
    listText('Differs from the plain change', plan.differences, paper),
    listText('Good to know', plan.limits, paper),
    listText(
      'Other ways',
      plan.ways.length > 1
        ? plan.ways.map(
            (way) =>
              `${way.name}${way.chosen ? ' (chosen)' : ''}: ${way.summary}. Time: ${way.time}. Disk: ${way.disk}. Deploys: ${way.deploys}.`,
          )
        : [],
      paper,
    ),
    usageText(plan, paper),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function phaseText(phase: PlanPhase, paper: Paper): string {
  const head = paint(paper, `${phase.number}. ${phase.kind === 'deploy' ? 'Deploy: ' : ''}${sanitiseLine(phase.title)}`, 'bold', 'cyan');
  const lines = [head];
  if (phase.says !== null) lines.push(wrap(paper, sanitise(phase.says), 3));
  for (const edit of phase.edits) lines.push(wrap(paper, `- ${sanitise(edit)}`, 3));
  for (const step of phase.steps) lines.push(stepText(step, paper));
  return lines.join('\n');
}

/** Who waits, and how long, in one line. */
export function lockText(step: PlanStep): string {
  const lock = strongestLock(step.effects.locks);
  if (step.unread !== null) return `not read in full: ${step.unread}`;
  if (step.holds === 'batch') return 'row locks of one range at a time; nobody else waits';
  if (lock === null || lock.blocks === 'nothing') return 'reads and writes go on';
  const who = lock.blocks === 'writes' ? 'writes' : 'reads and writes';
  const tables = [...new Set(step.effects.locks.filter((each) => each.blocks !== 'nothing').map((each) => each.relation))].join(', ');
  const time = {
    moment: 'for a moment',
    scan: 'while the table is read',
    indexBuild: 'while an index is built',
    rewrite: 'while the table is written anew',
    batch: '',
    unknown: '',
  }[step.holds];
  const estimate =
    step.effects.estimate === null
      ? ''
      : ` (${(step.effects.estimate.lowMs / 1000).toFixed(1)} to ${(step.effects.estimate.highMs / 1000).toFixed(1)} s)`;
  return `${who} of ${tables} wait ${time}${estimate}: ${lock.mode}`;
}

function stepText(step: PlanStep, paper: Paper): string {
  const works =
    step.oldCodeWorks && step.newCodeWorks ? 'old and new code work' : step.newCodeWorks ? 'only new code works' : 'only old code works';
  const lines = [
    `   ${paint(paper, `${step.id} ${sanitiseLine(step.title)}`, 'bold')}`,
    wrap(
      paper,
      `${lockText(step)}; ${works}${step.destructive ? '; data is lost' : ''}${step.guards === null ? '' : `; lock_timeout ${step.guards.lockTimeoutMs / 1000} s, up to ${step.guards.attempts} tries`}${step.mode === 'alone' ? '; each statement outside a transaction' : ''}`,
      5,
    ),
    ...step.sql.map((sql) => indentLines(`${sanitise(sql)};`, 5)),
  ];
  if (step.check !== null) lines.push(paint(paper, indentLines(`check: ${sanitise(step.check)};`, 5), 'dim'));
  if (step.wayBack.sql.length > 0)
    lines.push(paint(paper, indentLines(`back:\n${step.wayBack.sql.map((sql) => `${sanitise(sql)};`).join('\n')}`, 5), 'dim'));
  if (step.wayBack.note !== null) lines.push(paint(paper, wrap(paper, `back: ${sanitise(step.wayBack.note)}`, 5), 'dim'));
  return lines.join('\n');
}

function listText(head: string, items: readonly string[], paper: Paper): string {
  if (items.length === 0) return '';
  return [paint(paper, head, 'bold'), ...items.map((item) => wrap(paper, `- ${sanitise(item)}`, 2))].join('\n');
}

const shownUses = 15;

function usageText(plan: SafePlan, paper: Paper): string {
  if (plan.usage === null) return '';
  const { total, found, filesRead, cut } = plan.usage;
  if (total === 0) return `No use was found in ${filesRead} files${cut ? ', but not all were read' : ''}.`;
  const lines = found
    .slice(0, shownUses)
    .map(
      (use) =>
        `  ${use.sure.padEnd(8)} ${use.file === '' ? use.excerpt : `${sanitiseLine(use.file)}:${use.line ?? ''}  ${sanitiseLine(use.excerpt)}`}`,
    );
  const rest = total > shownUses ? [`  … ${total - shownUses} more`] : [];
  return [paint(paper, `Still used in ${total} places (${filesRead} files read${cut ? ', not all' : ''})`, 'bold'), ...lines, ...rest].join(
    '\n',
  );
}

/** A plan as a file of SQL for a reader. */
export function planSql(plan: SafePlan): string {
  const lines = [`-- ${sanitiseLine(plan.title)} (${plan.id})`];
  for (const phase of plan.phases) {
    lines.push('', `-- ${phase.number}. ${phase.kind === 'deploy' ? 'DEPLOY: ' : ''}${sanitiseLine(phase.title)}`);
    if (phase.says !== null) lines.push(`-- ${sanitiseLine(phase.says)}`);
    for (const step of phase.steps) {
      lines.push(
        `-- ${step.id} ${sanitiseLine(step.title)}`,
        ...(step.mode === 'transaction' ? ['BEGIN;', `SET LOCAL lock_timeout = '${(step.guards?.lockTimeoutMs ?? 2000) / 1000}s';`] : []),
        ...step.sql.map((sql) => `${sql};`),
        ...(step.mode === 'transaction' ? ['COMMIT;'] : []),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
