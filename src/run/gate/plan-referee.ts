/** Lets the statements of an approved plan pass, each once and in order, with what the tool needs for its record. Nothing else. */
import type { PlannedStatement } from '../../core/run-plan.js';
import type { GateSession, Incoming, Referee, Refusal, Ruling, Settled } from '../../databases/postgres/wire/referee.js';
import type { Bookkeeping } from '../../orms/run/bookkeeping.js';
import { constantsOf, type Fingerprinted, fingerprints, visit } from '../../sql/postgres/fingerprint.js';
import type { Node } from '../../sql/postgres/node.js';
import { isCatalogRead } from './catalog-read.js';
import { type Progress, RecordWrites } from './record-match.js';
import { isPathWithin, judgeSetting, type SessionBounds } from './settings.js';

/** A statement that came to the gate. */
export interface GateEvent {
  /** Milliseconds since 1970. */
  at: number;
  sql: string;
  fingerprint: string;
  /** What it was let through as, or `refused`. */
  as: 'plan' | 'record' | 'read' | 'session' | 'refused';
  /** Position in the plan, of those of the plan. */
  position: number | null;
  /** Of the record: what it does to it. */
  does: string | null;
  connection: number;
  /** Number of the message that it came in; several statements of one stand or fall together. */
  message: number;
  /** `open` until the server has answered; `unknown` when it never did. */
  result: 'open' | 'done' | 'failed' | 'unknown' | 'refused';
  /** SQLSTATE of a failure. */
  code: string | null;
  tookMs: number | null;
  /** Why it was refused. */
  why: string | null;
}

export interface PlanRefereeInput {
  statements: readonly PlannedStatement[];
  direction: 'up' | 'down';
  bookkeeping: Bookkeeping;
  bounds: SessionBounds;
  /** Gets each statement when it comes and again when its result is known. */
  record: (event: GateEvent) => void;
}

interface Passing {
  as: Exclude<GateEvent['as'], 'refused'>;
  position?: number;
  does?: string;
  text?: string | null;
  before?: string[];
  after?: string[];
}

const hint = 'lockkeeper lets the statements of the approved plan pass, each once and in its order, and the tool’s own record.';
const controls = new Set([
  'TRANS_STMT_BEGIN',
  'TRANS_STMT_START',
  'TRANS_STMT_COMMIT',
  'TRANS_STMT_ROLLBACK',
  'TRANS_STMT_SAVEPOINT',
  'TRANS_STMT_RELEASE',
  'TRANS_STMT_ROLLBACK_TO',
]);

/** The referee of one run of a tool, for one migration. Call `loadParser` first. */
export class PlanReferee implements Referee {
  private cursor = 0;
  private failed = false;
  private messages = 0;
  private readonly writes: RecordWrites;
  private readonly tables: string[];

  constructor(private readonly input: PlanRefereeInput) {
    this.writes = new RecordWrites(input.bookkeeping);
    this.tables = input.bookkeeping.tables.map((table) => (table.split('.').at(-1) ?? table).replaceAll('"', ''));
  }

  /** True when every statement of the plan has passed and none failed. */
  get finished(): boolean {
    return this.cursor === this.input.statements.length && !this.failed;
  }

  startUp(wanted: ReadonlyMap<string, string>): { settings: Record<string, string> } | { refused: Refusal } {
    const settings: Record<string, string> = {};
    const asked = [...wanted];
    for (const [name, value] of asked) {
      if (name === 'options') asked.push(...readOptions(value));
      else if (name === 'replication') {
        if (!/^(?:false|off|no|0)$/i.test(value)) return { refused: { message: 'lockkeeper lets no replication pass', hint } };
      } else if (name === 'search_path') {
        if (!isPathWithin(value, this.input.bounds.schemas)) return { refused: { message: 'another search_path than the plan has', hint } };
        settings[name] = value;
      } else {
        const parsed = fingerprints(`SET "${name.replaceAll('"', '')}" = '${value.replaceAll("'", "''")}'`)[0]?.node;
        const verdict = parsed ? judgeSetting(parsed.VariableSetStmt, this.input.bounds, false) : { pass: false as const, why: 'unreadable' };
        if (!verdict.pass) return { refused: { message: `lockkeeper does not let the connection in: ${verdict.why}`, hint } };
        if (verdict.text === null && name.toLowerCase() !== 'client_encoding') settings[name] = value;
      }
    }
    return { settings };
  }

  prepare(sql: string, session: GateSession): { text: string; before: readonly string[]; after: readonly string[] } | { refused: Refusal } {
    const parsed = fingerprints(sql);
    const [first] = parsed;
    if (first === undefined) return { text: sql, before: [], after: [] };
    const passing = parsed.length > 1 ? 'several statements are prepared as one' : this.pass(first, null, null);
    if (typeof passing !== 'string') return { text: passing.text ?? sql, before: passing.before ?? [], after: passing.after ?? [] };
    this.note(first, session, passing);
    return { refused: refusalOf(first, passing) };
  }

  judge(statements: readonly Incoming[], session: GateSession): Ruling {
    this.messages += 1;
    const cursor = this.cursor;
    const takeBack = this.writes.mark();
    const events: GateEvent[] = [];
    const ruling: Ruling = { refused: null, text: null, before: [], after: [], settle: () => undefined };
    const texts: string[] = [];
    let rewritten = false;
    for (const incoming of statements) {
      const parsed = fingerprints(incoming.sql);
      const [first] = parsed;
      const passing = first === undefined || parsed.length > 1 ? 'it cannot be taken apart' : this.pass(first, incoming.values, session);
      if (typeof passing === 'string') {
        this.cursor = cursor;
        takeBack();
        const refused = first ?? { sql: incoming.sql, node: null, fingerprint: '', error: null };
        this.note(refused, session, passing);
        return { ...ruling, refused: refusalOf(refused, passing), text: null, before: [], after: [] };
      }
      ruling.before = [...ruling.before, ...(passing.before ?? [])];
      ruling.after = [...ruling.after, ...(passing.after ?? [])];
      if (passing.text != null) rewritten = true;
      texts.push(passing.text ?? incoming.sql);
      events.push(this.eventOf(first!, session, passing));
    }
    for (const event of events) this.input.record({ ...event });
    return {
      ...ruling,
      text: rewritten ? texts.join(';\n') : null,
      settle: (position, outcome) => this.settle(events[position], outcome),
    };
  }

  private settle(event: GateEvent | undefined, outcome: Settled): void {
    if (event === undefined) return;
    event.result = outcome === null ? 'unknown' : outcome.failed ? 'failed' : 'done';
    event.code = outcome?.code ?? null;
    event.tookMs = Date.now() - event.at;
    if (event.as === 'plan' && event.result !== 'done') this.failed = true;
    this.input.record({ ...event });
  }

  /**
   * Judges one statement.
   *
   * @param values null: it is only being prepared
   * @returns what it passes as, or why it does not
   */
  private pass(statement: Fingerprinted, values: Incoming['values'] | null, session: GateSession | null): Passing | string {
    const { node, fingerprint } = statement;
    const inlined = values !== null && values.length > 0 && node !== null ? withConstants(statement.sql, node, values) : null;
    const next = this.input.statements[this.cursor];
    const isNext = next !== undefined && (next.fingerprint === fingerprint || next.fingerprint === inlined);
    const isLater = values === null && this.input.statements.slice(this.cursor).some((each) => each.fingerprint === fingerprint);
    if (isNext || isLater) return this.passPlanned(statement, values === null);
    if (node === null) return 'it cannot be read';
    const free = this.passSession(node) ?? this.passRecord(node, values) ?? this.passRead(node, values);
    if (free !== null) return free;
    if (values === null && /\$\d/.test(statement.sql)) return this.passLater(statement);
    const planned = this.input.statements.findIndex((each) => each.fingerprint === fingerprint);
    if (planned >= 0 && planned < this.cursor) return 'it has run already';
    if (planned > this.cursor) return 'it is in the plan, and not yet its turn';
    return session === null || next === undefined ? 'it is not in the approved plan' : 'it is not in the approved plan, which has another statement next';
  }

  /** A statement with parameters may be one of the plan; that is seen when its values come. */
  private passLater(statement: Fingerprinted): Passing | string {
    const kind = Object.keys(statement.node ?? {})[0] ?? '';
    const same = this.input.statements.slice(this.cursor).some((each) => Object.keys(fingerprints(each.sql)[0]?.node ?? {})[0] === kind);
    return same ? { as: 'plan' } : 'it is not in the approved plan';
  }

  private passPlanned({ node }: Fingerprinted, preparing: boolean): Passing | string {
    const position = this.cursor;
    if (!preparing) this.cursor += 1;
    const passing: Passing = { as: 'plan', position };
    const { limits } = this.input.bounds;
    if (node?.VariableSetStmt) {
      const verdict = judgeSetting(node.VariableSetStmt, this.input.bounds, true);
      if (!verdict.pass) return verdict.why;
      passing.text = verdict.text;
    } else if (isConcurrent(node)) {
      // It waits for the snapshots of others and keeps nobody from reading or writing meanwhile; a limit would leave an invalid index.
      passing.before = ['SET lock_timeout = 0'];
      passing.after = [`SET lock_timeout = ${limits['lock_timeout'] ?? 0}`];
    } else if (mayChangeSettings(node)) {
      passing.after = Object.entries(limits).map(([name, value]) => `SET ${name} = ${value}`);
    }
    return passing;
  }

  private passSession(node: Node): Passing | string | null {
    if (node.TransactionStmt) return controls.has(node.TransactionStmt.kind) ? { as: 'session' } : 'a prepared transaction outlives its session';
    if (node.VariableShowStmt || node.DeallocateStmt || node.DiscardStmt || node.ClosePortalStmt) return { as: 'session' };
    if (!node.VariableSetStmt) return null;
    const verdict = judgeSetting(node.VariableSetStmt, this.input.bounds, false);
    return verdict.pass ? { as: 'session', text: verdict.text } : verdict.why;
  }

  private passRecord(node: Node, values: Incoming['values'] | null): Passing | string | null {
    const progress: Progress = { direction: this.input.direction, finished: this.finished };
    const taken = this.writes.take(node, values, progress);
    if (taken === null) return null;
    return 'why' in taken ? taken.why : { as: 'record', does: taken.does };
  }

  private passRead(node: Node, values: Incoming['values'] | null): Passing | string | null {
    if (!isCatalogRead(node, { tables: this.tables, functions: this.input.bookkeeping.functions })) return null;
    if (!callsSetConfig(node) || values === null) return { as: 'read' };
    const [name, value] = constantsOf(node, values);
    const fine = name === 'search_path' && isPathWithin(value ?? null, this.input.bounds.schemas);
    return fine ? { as: 'session' } : 'it changes a setting that a tool may not change';
  }

  private eventOf({ sql, fingerprint }: Fingerprinted, session: GateSession, passing: Passing): GateEvent {
    return {
      at: Date.now(),
      sql,
      fingerprint,
      as: passing.as,
      position: passing.position ?? null,
      does: passing.does ?? null,
      connection: session.connection,
      message: this.messages,
      result: 'open',
      code: null,
      tookMs: null,
      why: null,
    };
  }

  private note(statement: Fingerprinted, session: GateSession, why: string): void {
    this.input.record({ ...this.eventOf(statement, session, { as: 'read' }), as: 'refused', result: 'refused', why });
  }
}

function refusalOf({ sql, node }: Fingerprinted, why: string): Refusal {
  const kind = node === null ? 'statement' : sql.trim().split(/\s+/).slice(0, 2).join(' ').toUpperCase().replace(/[^A-Z ]/g, '');
  return { message: `lockkeeper refused ${kind}: ${why}`, hint };
}

/** Fingerprint of a statement with its parameters as constants, as `withValues` of the plan writes them. */
function withConstants(sql: string, node: Node, values: Incoming['values']): string | null {
  if (values.some((value) => value === undefined) || node === null) return null;
  const text = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)\b/g, (whole, number: string | undefined) => {
    if (number === undefined) return whole;
    const value = values[Number(number) - 1];
    return value == null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
  });
  return fingerprints(text)[0]?.fingerprint ?? null;
}

function isConcurrent(node: Node): boolean {
  let found = node?.IndexStmt?.concurrent === true || node?.DropStmt?.concurrent === true;
  if (node?.ReindexStmt) visit(node, (name, inner) => (found ||= name === 'DefElem' && inner.defname === 'concurrently') || true);
  if (node?.AlterTableStmt) visit(node, (name, inner) => (found ||= name === 'PartitionCmd' && inner.concurrent === true) || true);
  return found;
}

function mayChangeSettings(node: Node): boolean {
  return Boolean(node?.DoStmt || node?.CallStmt || node?.SelectStmt || node?.ExecuteStmt) || callsSetConfig(node);
}

function callsSetConfig(node: Node): boolean {
  let found = false;
  visit(node, (name, inner) => {
    if (name === 'FuncCall') found ||= (inner.funcname ?? []).at(-1)?.String?.sval === 'set_config';
    return !found;
  });
  return found;
}

/** `-c name=value` and `--name=value` of libpq's options. */
function readOptions(text: string): [string, string][] {
  return [...text.matchAll(/(?:-c\s*|--)([\w.-]+)\s*=\s*((?:\\.|[^\s\\])*)/g)].map(([, name = '', value = '']) => [
    name.replaceAll('-', '_'),
    value.replace(/\\(.)/g, '$1'),
  ]);
}
