import type { Change } from '../../core/change.js';
import { strongerLock } from '../../core/effects.js';
import type { AnalysedStatement, AnalysisInput, AnalysisUnit, ChangeEffects, SessionState, TransactionState } from '../analysis.js';
import { applyChange } from '../catalog/apply/index.js';
import { Catalog } from '../catalog/catalog.js';
import { effectsOf } from './effects/index.js';
import { mergeEffects } from './merge.js';
import { mayMention } from './mention.js';
import { type ParsedStatement, parseScript } from './parser.js';
import { type ReadStatement, readUnit } from './read-unit.js';
import { applySetting, startSession } from './session.js';

/** What a visitor sees of each judged statement, with the catalog as it is before it. */
export interface Step {
  statement: AnalysedStatement;
  catalog: Catalog;
  transaction: TransactionState;
  session: SessionState;
  before: readonly AnalysedStatement[];
  /** All statements of the unit, and which of them this is. */
  unitStatements: readonly ReadStatement[];
  position: number;
  /** The next units that go the same way; with a name only those whose text may mention it, which spares reading the others. */
  laterUnits(mentioning?: string): readonly { unit: AnalysisUnit; changes: Change[] }[];
}

/**
 * Walks over all units in order: reads each statement, works out its effects from the schema at that moment, shows judged ones to
 * the visitor, then brings the schema forward. Down units see the schema after their up and leave it as it was. Call `loadParser` first.
 */
export function walk(input: AnalysisInput, visitor: (step: Step) => void): void {
  for (const _ of walkInSteps(input, visitor));
}

/** The same in small steps: who drives it can look around between them, or stop. */
export function* walkInSteps(input: AnalysisInput, visitor: (step: Step) => void): Generator<void, void> {
  const walker = new Walker(input, visitor);
  for (const [position, unit] of input.units.entries()) {
    yield* walker.unit(unit, position);
    yield;
  }
}

/** Statements of one unit between two steps: a few milliseconds. */
const stepStatements = 32;

interface LookedAhead {
  unit: AnalysisUnit;
  parsed: ParsedStatement[];
  changes: Change[];
}

class Walker {
  #catalog: Catalog;
  #session: SessionState;
  #transaction: TransactionState;
  #count = 0;
  #transactions = 0;
  readonly #ahead = new Map<AnalysisUnit, LookedAhead>();
  readonly #input: AnalysisInput;
  readonly #visitor: (step: Step) => void;

  constructor(input: AnalysisInput, visitor: (step: Step) => void) {
    this.#input = input;
    this.#visitor = visitor;
    this.#catalog = new Catalog(input.catalog);
    if (input.historyIsComplete) this.#catalog.complete = true;
    this.#session = startSession(input.facts ?? null);
    this.#transaction = this.#begin('none', 'none');
  }

  *unit(unit: AnalysisUnit, position: number): Generator<void, void> {
    const statements = readUnit(unit, this.#catalog, this.#session.searchPath, this.#ahead.get(unit)?.parsed);
    this.#ahead.delete(unit);
    const saved = unit.direction === 'down' ? this.#catalog : null;
    if (saved) this.#catalog = saved.clone();
    const mode = effectiveMode(unit, statements, (changes) => this.#runsInTransaction(changes));
    const goesOn = mode === 'all' && this.#transaction.mode === 'all' && this.#transaction.open && unit.direction === 'up';
    if (!goesOn)
      this.#transaction = mode === 'none' ? this.#begin('none', mode) : this.#begin(mode === 'one-string' ? 'implicit' : 'runner', mode);
    const undo = statements.some(({ changes }) => changes.some((change) => change.kind === 'transaction' && change.action === 'rollback'))
      ? { catalog: this.#catalog.clone() }
      : null;
    const sessionBefore = this.#session;
    const before: AnalysedStatement[] = [];
    const laterUnits = (mentioning?: string): LookedAhead[] => this.#laterUnits(position, unit, mentioning);
    for (const [index, read] of statements.entries()) {
      if (index % stepStatements === stepStatements - 1) yield;
      if (this.#transaction.origin === 'none') this.#transaction = this.#begin('none', mode);
      const statement = this.#analyse(read, unit);
      if (unit.judged) {
        this.#visitor({
          statement,
          catalog: this.#catalog,
          transaction: this.#transaction,
          session: this.#session,
          before,
          unitStatements: statements,
          position: index,
          laterUnits,
        });
        before.push(statement);
      }
      this.#advance(statement, unit, mode, undo);
    }
    if (mode !== 'all') this.#session = sessionBefore;
    if (saved) {
      this.#catalog = saved;
      saved.invalidate();
    }
  }

  #laterUnits(position: number, unit: AnalysisUnit, mentioning?: string): LookedAhead[] {
    const units = this.#input.units;
    const found: LookedAhead[] = [];
    for (let at = position + 1; at < units.length && at < position + 60; at++) {
      const other = units[at]!;
      if (!other.judged || other.direction !== unit.direction) continue;
      if (mentioning === undefined || mayMention(other, mentioning)) found.push(this.#lookAhead(other));
    }
    return found;
  }

  /** A unit that is still to come, parsed once; its names are resolved again when its turn comes. */
  #lookAhead(unit: AnalysisUnit): LookedAhead {
    let seen = this.#ahead.get(unit);
    if (!seen) {
      const parsed = [...parseScript(unit.sql)];
      seen = { unit, parsed, changes: readUnit(unit, this.#catalog, this.#session.searchPath, parsed).flatMap(({ changes }) => changes) };
      this.#ahead.set(unit, seen);
    }
    return seen;
  }

  #begin(origin: TransactionState['origin'], mode: TransactionState['mode']): TransactionState {
    return { open: origin !== 'none', number: ++this.#transactions, origin, mode, heldLocks: new Map(), earlier: [] };
  }

  #runsInTransaction(changes: readonly Change[]): boolean {
    return changes.every((change) => effectsOf(change, changes, this.#catalog, this.#input.version, null)?.runsInTransaction !== false);
  }

  #analyse(read: ReadStatement, unit: AnalysisUnit): AnalysedStatement {
    const { changeEffects, unread } = this.#effects(read.changes);
    const effects = mergeEffects(changeEffects, this.#catalog);
    const failing = changeEffects.find((part) => part.error !== null)?.error ?? null;
    const forbidden =
      effects.runsInTransaction === false && this.#transaction.open
        ? { code: '25001', message: 'cannot run inside a transaction block' }
        : null;
    return {
      index: unit.judged ? this.#count : -1,
      sql: read.sql,
      source: unit.file === null ? (unit.migration === null ? { file: '', line: read.line } : null) : { file: unit.file, line: read.line },
      unit,
      changes: read.changes,
      changeEffects,
      effects,
      unanalysed: read.unread ?? unread,
      error: forbidden ?? failing,
    };
  }

  #effects(changes: readonly Change[]): { changeEffects: ChangeEffects[]; unread: string | null } {
    let unread: string | null = null;
    const changeEffects = changes.map((change) => {
      const effects =
        change.kind === 'doBlock'
          ? this.#blockEffects(change)
          : effectsOf(change, changes, this.#catalog, this.#input.version, this.#session.timeZone);
      if (effects) return effects;
      unread =
        change.kind === 'doBlock'
          ? 'runs SQL that the text does not show (DO with EXECUTE, or a language other than PL/pgSQL)'
          : `${change.kind} is not analysed`;
      return { locks: [], rewrites: [], scans: [], keyScans: [], indexBuilds: [], runsInTransaction: true, error: null, needs: [] };
    });
    return { changeEffects, unread };
  }

  /** A DO block does what the statements in it do; null when not all of them can be read. */
  #blockEffects(block: Extract<Change, { kind: 'doBlock' }>): ChangeEffects | null {
    if (!block.readable || block.dynamic) return null;
    const unit: AnalysisUnit = {
      migration: null,
      file: null,
      firstLine: 1,
      sql: '',
      direction: 'up',
      transactionMode: 'none',
      judged: false,
    };
    const parts: ChangeEffects[] = [];
    for (const sql of block.statements) {
      for (const read of readUnit({ ...unit, sql }, this.#catalog, this.#session.searchPath)) {
        if (read.unread) return null;
        for (const change of read.changes) {
          const effects = effectsOf(change, read.changes, this.#catalog, this.#input.version, this.#session.timeZone);
          if (!effects) return null;
          parts.push(effects);
        }
      }
    }
    return {
      locks: parts.flatMap((part) => part.locks),
      rewrites: parts.flatMap((part) => part.rewrites),
      scans: parts.flatMap((part) => part.scans),
      keyScans: parts.flatMap((part) => part.keyScans),
      indexBuilds: parts.flatMap((part) => part.indexBuilds),
      runsInTransaction: !block.commits && parts.every((part) => part.runsInTransaction),
      error: null,
      needs: parts.flatMap((part) => part.needs),
    };
  }

  #advance(statement: AnalysedStatement, unit: AnalysisUnit, mode: TransactionState['mode'], undo: { catalog: Catalog } | null): void {
    if (unit.judged) this.#count++;
    for (const { relation, mode: lock } of statement.effects.locks) {
      this.#transaction.heldLocks.set(relation, strongerLock(this.#transaction.heldLocks.get(relation) ?? lock, lock));
    }
    if (this.#transaction.earlier.length < 500) this.#transaction.earlier.push(statement);
    const origin = {
      statement: unit.judged ? statement.index : null,
      transaction: this.#transaction.number,
      judged: unit.judged && unit.direction === 'up',
    };
    for (const change of statement.changes) {
      if (change.kind === 'transaction') this.#boundary(change.action, mode, undo);
      else if (change.kind === 'set') {
        if (!change.local || this.#transaction.open) this.#session = applySetting(this.#session, change);
      } else if (change.kind === 'doBlock') {
        for (const sql of change.statements)
          for (const read of readUnit({ ...unit, sql, firstLine: 1 }, this.#catalog, this.#session.searchPath))
            for (const inner of read.changes) applyChange(this.#catalog, inner, origin);
      } else applyChange(this.#catalog, change, origin);
    }
  }

  #boundary(
    action: Extract<Change, { kind: 'transaction' }>['action'],
    mode: TransactionState['mode'],
    undo: { catalog: Catalog } | null,
  ): void {
    if (action === 'begin') {
      if (undo) undo.catalog = this.#catalog.clone();
      if (!this.#transaction.open || this.#transaction.origin === 'implicit') this.#transaction = this.#begin('explicit', mode);
    } else if (action === 'commit' || action === 'rollback' || action === 'prepare') {
      if (action === 'rollback' && undo) this.#catalog = undo.catalog.clone();
      this.#transaction = this.#begin(mode === 'one-string' ? 'implicit' : 'none', mode);
    }
  }
}

/** What the mode comes to for this unit: `automatic` is decided by its statements, one statement sent alone is no transaction. */
function effectiveMode(
  unit: AnalysisUnit,
  statements: ReadStatement[],
  runsInTransaction: (changes: readonly Change[]) => boolean,
): TransactionState['mode'] {
  if (unit.transactionMode === 'one-string') return statements.length > 1 ? 'one-string' : 'none';
  if (unit.transactionMode !== 'automatic') return unit.transactionMode;
  const first = statements.find(({ changes }) => !changes.every((change) => change.kind === 'set'));
  return first && !runsInTransaction(first.changes) ? 'none' : 'per-file';
}
