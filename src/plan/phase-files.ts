import type { PlanPhase, PlanStep } from '../core/plan.js';
import type { SupportedTool } from '../core/stack.js';

/** One migration to be written for a phase. */
export interface PhaseFile {
  /** Words of its name. */
  name: string;
  sql: string;
  down: string | null;
  /** What its way back cannot do. */
  note: string | null;
}

/** Tools that send a file, or an operation's text, as one message: a statement that refuses transactions is alone in it. */
const sentWhole: ReadonlySet<SupportedTool> = new Set(['prisma', 'drizzle', 'diesel', 'alembic', 'django']);

/**
 * The migrations of one phase, a step each, in the order in which they are to be applied, one command each: a transaction
 * that spans two steps would hold the lock of the first while the second scans.
 *
 * @param title of the plan, for the names
 */
export function phaseFiles(phase: PlanPhase, title: string, tool: SupportedTool): PhaseFile[] {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
    .replace(/_+$/, '');
  const base = /^[a-z]/.test(words) ? words : `plan_${words}`;
  return phase.steps.flatMap((step, at) => stepFiles(step, `${base}_${phase.number}_${at + 1}`, tool));
}

function stepFiles(step: PlanStep, name: string, tool: SupportedTool): PhaseFile[] {
  const down = downText(step, tool);
  if (step.mode === 'transaction') return [{ name, sql: transaction(step.sql, tool), ...down }];
  if (!sentWhole.has(tool) || step.sql.length === 1) return [{ name, sql: script(step.sql), ...down }];
  return step.sql.map((sql, at) => {
    const isLast = at === step.sql.length - 1;
    // What only clears the way has nothing to take back.
    return { name: `${name}_${at + 1}`, sql: `${sql};`, down: isLast ? down.down : 'SELECT 1;', note: isLast ? down.note : null };
  });
}

const script = (sql: readonly string[]): string => sql.map((each) => `${each};`).join('\n');

/** The guard is in the file, so that it holds whoever runs it. Prisma commits statement by statement from 7.4 on. */
function transaction(sql: readonly string[], tool: SupportedTool): string {
  const guarded = script(["SET LOCAL lock_timeout = '2s'", ...sql]);
  return tool === 'prisma' ? `BEGIN;\n${guarded}\nCOMMIT;` : guarded;
}

function downText(step: PlanStep, tool: SupportedTool): { down: string | null; note: string | null } {
  const { sql, mode, note } = step.wayBack;
  if (sql.length === 0) return { down: step.destructive ? null : 'SELECT 1;', note };
  if (mode === 'transaction') return { down: step.mode === 'transaction' ? transaction(sql, tool) : script(sql), note };
  if (step.mode === 'alone') return { down: sentWhole.has(tool) ? `${sql.at(-1)};` : script(sql), note };
  // A way back in several transactions does not fit into the down half of a file that is one.
  const plain = sql.every((each) => !/\bCONCURRENTLY\b|\bCOMMIT\b/.test(each));
  return plain
    ? { down: transaction(sql, tool), note }
    : { down: null, note: `The way back of this step runs outside a transaction: take it from the plan. ${note ?? ''}`.trim() };
}
