/** One migration up or down with the stack's own tool, through the gate, and what became of it. */
import { LockkeeperError } from '../core/errors.js';
import type { PlannedStatement, RunGuards } from '../core/run-plan.js';
import type { Migration } from '../core/stack.js';
import type { ConnectInput } from '../databases/engine.js';
import { readAddress } from '../databases/postgres/address.js';
import { type GuardedGate, openGuardedGate } from '../databases/postgres/wire/guarded-gate.js';
import type { Referee } from '../databases/postgres/wire/referee.js';
import type { Address, MigrationTool, TargetCall, ToolCall, ToolRun } from '../orms/tool.js';
import { loadParser } from '../sql/postgres/parser.js';
import { toolAddress } from './address.js';
import { committed } from './gate/committed.js';
import { OpenReferee } from './gate/open-referee.js';
import { type GateEvent, PlanReferee } from './gate/plan-referee.js';
import { guardSettings, limitsOf } from './gate/settings.js';
import { type Look, look, schemaChanges } from './look.js';
import { runnerName } from './lock.js';
import type { RunOutcome, RunStep } from './outcome.js';
import { Watch, type WatchReport } from './watch.js';

/** A stack on a target, as a step needs it. */
export interface StepInput {
  tool: MigrationTool;
  call: ToolCall;
  /** How the target is read. */
  connect: ConnectInput;
  /** The address, as the variable has it. */
  text: string;
  direction: 'up' | 'down';
  guards: RunGuards;
  /** Distinguishes the sessions of this run on the server: the beginning of the plan's id. */
  name: string;
  progress: (says: string) => void;
  /** Gets each statement when it comes and when its result is known. */
  record: (event: GateEvent) => void;
}

/** What a migration is to do. */
export interface StepWork {
  migration: Migration;
  /** Statements that were approved; null on a throw-away, where everything passes. */
  statements: readonly PlannedStatement[] | null;
  /** `forget`: the record of a failed start is taken back. */
  how: 'run' | 'forget';
}

export interface StepResult {
  step: RunStep;
  /** Null when the target could not be looked at. */
  after: Look | null;
  /** It may be tried again: a lock was not had, and nothing of it is there. */
  again: boolean;
}

const cutAfterMs = 1000;

/**
 * Runs one migration and looks at the target again.
 *
 * @param before the look before it
 * @throws LockkeeperError what the tool's file refuses, DATABASE_UNREACHABLE; then nothing ran
 */
export async function runStep(input: StepInput, work: StepWork, before: Look): Promise<StepResult> {
  const { call, tool } = input;
  const { migration } = work;
  const events: GateEvent[] = [];
  const referee = await refereeOf(input, work, (event) => {
    const known = events.findIndex((each) => each.at === event.at && each.sql === event.sql && each.connection === event.connection && each.result === 'open');
    if (known >= 0) events[known] = event;
    else events.push(event);
    input.record(event);
  });
  const gate = await openGuardedGate(
    readAddress(input.text, input.connect.variable),
    guardSettings(input.guards, `${runnerName} ${input.name}`.trim()),
    referee,
  );
  let ran: ToolRun;
  let watched: WatchReport;
  const { watch, unhook } = await startWatch(input, gate);
  try {
    ran = await runnerOf(tool, input.direction, work)({ ...call, address: addressAt(gate, input) }, migration);
  } finally {
    unhook();
    const sessions = gate.sessions();
    await gate.close();
    watched = await watch.stop(sessions);
  }
  const after = await look(tool, call, input.connect).catch(() => null);
  return judge(input, work, before, { ran, watched, events, after });
}

interface Seen {
  ran: ToolRun;
  watched: WatchReport;
  events: GateEvent[];
  after: Look | null;
}

function judge(input: StepInput, { migration, statements }: StepWork, before: Look, { ran, watched, events, after }: Seen): StepResult {
  const changes = after === null ? [] : schemaChanges(before, after);
  const executed = committed(events);
  const state = after?.history.migrations.find((each) => each.name === migration.name)?.state ?? 'pending';
  const recorded = input.direction === 'up' ? state === 'applied' : state !== 'applied' && state !== 'failed';
  const lockRefused = events.some(({ code }) => code === '55P03' || code === '40P01') || watched.gaveWay;
  const changed = changes.length > 0 || (statements !== null && executed.length > 0);
  const outcome: RunOutcome =
    after === null ? 'unknown' : outcomeOf(ran, recorded, changed, input.call.signal?.aborted === true, lockRefused);
  return {
    after,
    again: outcome === 'gave-way',
    step: {
      migration: migration.name,
      outcome,
      commands: ran.commands,
      exitCode: ran.exitCode,
      timedOut: ran.timedOut,
      said: ran.said,
      error: ran.error,
      notes: ran.notes,
      schemaChanges: changes,
      leftInvalid: [...(after?.invalid ?? [])].filter((name) => !before.invalid.has(name)).sort(),
      attempts: 1,
      executed,
      refused: events.filter(({ as }) => as === 'refused').map(({ why, sql }) => `${firstWords(sql)}: ${why ?? ''}`),
      inTheWay: watched.inTheWay,
      blocked: watched.blocked,
      longestBlockMs: watched.longestBlockMs,
    },
  };
}

function outcomeOf(ran: ToolRun, recorded: boolean, changed: boolean, cancelled: boolean, lockRefused: boolean): RunOutcome {
  const succeeded = ran.exitCode === 0;
  if (recorded) return succeeded ? 'done' : 'done-with-complaint';
  if (changed) return 'partly';
  if (cancelled) return 'cancelled';
  if (lockRefused) return 'gave-way';
  return succeeded ? 'nothing' : 'failed';
}

async function refereeOf(input: StepInput, { migration, statements }: StepWork, record: (event: GateEvent) => void): Promise<Referee> {
  if (statements === null) return new OpenReferee(record);
  const { call, tool, direction, guards } = input;
  if (tool.bookkeeping === undefined) throw notOffered(tool.name);
  await loadParser();
  const address = readAddress(input.text, input.connect.variable);
  const history = call.stack.settings?.['historySchema'];
  return new PlanReferee({
    statements,
    direction,
    bookkeeping: await tool.bookkeeping(call, migration),
    bounds: {
      limits: limitsOf(guards),
      schemas: ['public', '$user', ...(history === undefined ? [] : [history]), ...(address.searchPath ?? [])],
      role: address.user ?? 'postgres',
      applicationName: `${runnerName} ${input.name}`.trim(),
    },
    record,
  });
}

function runnerOf(tool: MigrationTool, direction: 'up' | 'down', { how }: StepWork): (call: TargetCall, migration: Migration) => Promise<ToolRun> {
  const run = how === 'forget' ? tool.forget : direction === 'up' ? tool.apply : tool.rollback;
  if (run === undefined) throw notOffered(tool.name);
  return run.bind(tool);
}

/** Others who wait too long, and a caller who calls it off, both end what the server does; what does not end by asking is cut. */
async function startWatch(input: StepInput, gate: GuardedGate): Promise<{ watch: Watch; unhook: () => void }> {
  let timer: NodeJS.Timeout | undefined;
  const giveWay = (): void => {
    void gate.cancel();
    timer ??= setTimeout(() => gate.cut(), cutAfterMs);
  };
  try {
    const watch = await Watch.start({
      text: input.text,
      variable: input.connect.variable,
      sessions: gate.sessions,
      longestBlockMs: input.guards.longestBlockMs,
      giveWay,
      progress: input.progress,
    });
    input.call.signal?.addEventListener('abort', giveWay, { once: true });
    return {
      watch,
      unhook: () => {
        clearTimeout(timer);
        input.call.signal?.removeEventListener('abort', giveWay);
      },
    };
  } catch (error) {
    await gate.close();
    throw error;
  }
}

/** How the tool's program is pointed at the gate: with the gate's own password, and the schemas that the real address names. */
function addressAt(gate: GuardedGate, input: StepInput): Address {
  const { searchPath } = toolAddress(input.text, input.connect.variable);
  const login = `${encodeURIComponent(gate.user)}:${encodeURIComponent(gate.password)}`;
  return {
    host: '127.0.0.1',
    port: gate.port,
    user: gate.user,
    password: gate.password,
    database: gate.database,
    searchPath,
    url: `postgresql://${login}@127.0.0.1:${gate.port}/${encodeURIComponent(gate.database)}?sslmode=disable`,
  };
}

function firstWords(sql: string): string {
  return sql.trim().split(/\s+/).slice(0, 2).join(' ').replace(/[^\w ]/g, '');
}

function notOffered(tool: string): LockkeeperError {
  return new LockkeeperError('NOT_OFFERED', `${tool} cannot do this.`, 'Run the tool itself, on a copy of the database first.');
}
