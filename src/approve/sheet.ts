import type { PlannedBackfill } from '../core/backfill.js';
import { hashOf } from '../core/hash.js';
import type { PlanSheet } from '../core/plan-sheet.js';
import { redact } from '../core/redact.js';
import type { PlannedMigration, PlannedStatement, PreflightCheck, RunPlan } from '../core/run-plan.js';
import { excerpt, sanitise } from '../core/sanitise.js';
import { wordsOf } from './level-words.js';

const nameLength = 64;
const lineLength = 400;
const worstFirst: PreflightCheck['state'][] = ['refused', 'warning', 'unknown', 'ok'];

/** The sheet of a plan, and the hash by which the journal refers to what was shown. */
export function sheetOf(plan: RunPlan): { sheet: PlanSheet; shown: string } {
  const { target } = plan;
  const line = (text: string): string => excerpt(redact(text), lineLength);
  const names = plan.migrations.length === 1 ? '1 migration' : `${plan.migrations.length} migrations`;
  const what = plan.backfill === undefined ? `${plan.direction === 'up' ? 'Apply' : 'Take back'} ${names}` : rowsHeading(plan.backfill);
  const sheet: PlanSheet = {
    heading: `${what} on ${target.class.toUpperCase()}`,
    facts: [
      ['Database', excerpt(target.database, nameLength)],
      ['Class', `${target.class}: ${line(target.classBasis)}`],
      ['Server', `PostgreSQL ${target.version}, system identifier ${target.systemIdentifier ?? 'not told by the server'}`],
      ['Role', excerpt(target.role, nameLength)],
      ['Address', `in the variable ${excerpt(target.variable, nameLength)}`],
      [
        'Stack',
        `${excerpt(plan.stack.id, lineLength)}${plan.stack.toolVersion === null ? '' : ` (${excerpt(plan.stack.toolVersion, 40)})`}`,
      ],
      ['Project', excerpt(plan.project, lineLength)],
      ['Risk', `${plan.risk}${plan.destructive ? ', destructive' : ''}`],
      ['Limits', limits(plan)],
      [
        'Rehearsal',
        plan.rehearsal === null
          ? 'none'
          : `${plan.rehearsal.passed ? 'passed' : 'FAILED'}, ${line(plan.rehearsal.grade)}: ${line(plan.rehearsal.what)}`,
      ],
      ['Drift', plan.drift === null ? 'not looked at' : `${plan.drift.differences} differences: ${line(plan.drift.summary)}`],
      ['Backup', plan.backup === null ? 'none that lockkeeper knows of' : `${line(plan.backup.what)}, proven at ${plan.backup.provenAt}`],
      ['Approval', `level ${plan.level}: ${wordsOf(plan.level).name}`],
    ],
    lost: plan.irreversible.map(line),
    warnings: [...plan.warnings.map(line), ...hiddenCharacters(plan)],
    notAnalysed: plan.notAnalysed.map(line),
    preflight: [...plan.preflight]
      .sort((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))
      .map((check) => ({ name: line(check.name), state: check.state, detail: line(check.detail) })),
    migrations: plan.migrations.map(shownMigration),
    levelSays: wordsOf(plan.level).says,
    typedName: plan.typedName,
    planId: plan.id,
    hash: plan.hash.slice(0, 12),
    expiresAt: plan.expiresAt,
  };
  return { sheet, shown: hashOf(sheet) };
}

function rowsHeading({ spec, expected }: PlannedBackfill): string {
  const verb = { update: 'Change', delete: 'DELETE', copy: 'Copy' }[spec.action];
  return `${verb} ${expected.how === 'counted' ? '' : 'about '}${expected.rows} rows of ${excerpt(spec.table, nameLength)}`;
}

function shownMigration(migration: PlannedMigration): PlanSheet['migrations'][number] {
  const commands = migration.commands.map((words) => excerpt(redact(words.join(' ')), lineLength)).join('; ');
  return {
    name: excerpt(migration.name, 120),
    how: `transaction: ${migration.transactionMode}${commands === '' ? '' : `; command: ${commands}`}`,
    statements: migration.statements.map((statement) => ({ sql: sqlShown(statement.sql), does: whatItDoes(statement) })),
    wayBack: excerpt(migration.wayBack.grade, lineLength),
    wayBackSql: migration.wayBack.sql === null ? null : sqlShown(migration.wayBack.sql),
  };
}

/** Locks first: who waits is what the human decides on. */
function whatItDoes({ analysed, effects }: PlannedStatement): string {
  if (!analysed) return 'What this does could not be judged.';
  const parts = effects.locks
    .filter((lock) => lock.blocks !== 'nothing')
    .map(
      (lock) => `${lock.mode} on ${excerpt(lock.relation, nameLength)} blocks ${lock.blocks === 'writes' ? 'writes' : 'reads and writes'}`,
    );
  if (parts.length === 0) parts.push('blocks nobody');
  if (effects.rewrites.length > 0) parts.push(`writes anew: ${listed(effects.rewrites)}`);
  if (effects.scans.length > 0) parts.push(`reads in full: ${listed(effects.scans)}`);
  if (effects.indexBuilds.length > 0) parts.push(`builds ${listed(effects.indexBuilds)}`);
  if (effects.estimate !== null) {
    const { lowMs, highMs, basis } = effects.estimate;
    parts.push(`expected ${lowMs} to ${highMs} ms (${excerpt(basis, 200)})`);
  }
  return parts.join('; ');
}

function limits({ guards }: RunPlan): string {
  return `lock_timeout ${guards.lockTimeoutMs} ms, statement_timeout ${guards.statementTimeoutMs} ms, others wait ${guards.longestBlockMs} ms at most, ${guards.attempts} attempts`;
}

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, 8)
    .map((name) => excerpt(name, nameLength))
    .join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

function sqlShown(sql: string): string {
  return redact(sanitise(sql)).trim();
}

/** What is shown differs from what runs by characters that cannot be seen: that is worth a warning. */
function hiddenCharacters(plan: RunPlan): string[] {
  const hidden = plan.migrations.filter((migration) =>
    migration.statements.some(({ sql }) => sanitise(sql) !== sql.replace(/\r\n?/g, '\n')),
  );
  return hidden.map((migration) => `${excerpt(migration.name, nameLength)} holds characters that cannot be seen; they are not shown here.`);
}
