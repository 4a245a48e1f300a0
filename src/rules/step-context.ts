import type { Change } from '../core/change.js';
import type { Facts, TableFacts } from '../core/facts.js';
import type { AnalysedStatement, AnalysisInput, ChangeEffects, SessionState, TransactionState } from '../sql/analysis.js';
import type { Catalog } from '../sql/catalog/catalog.js';
import type { Relation } from '../sql/catalog/types.js';
import type { Step } from '../sql/postgres/walk.js';
import type { RuleContext } from './rule.js';
import { statementsAhead } from './support/later-statements.js';

/** What the rules see of one change: made for each, so nothing is worked out before a rule asks. */
export class StepContext implements RuleContext {
  readonly statement: AnalysedStatement;
  readonly change: Change;
  readonly effects: ChangeEffects;
  readonly catalog: Catalog;
  readonly version: number;
  readonly facts: Facts | null;
  readonly #step: Step;

  constructor(step: Step, change: Change, effects: ChangeEffects, input: AnalysisInput) {
    this.#step = step;
    this.statement = step.statement;
    this.change = change;
    this.effects = effects;
    this.catalog = step.catalog;
    this.version = input.version;
    this.facts = input.facts ?? null;
  }

  get transaction(): TransactionState {
    return this.#step.transaction;
  }

  get session(): SessionState {
    return this.#step.session;
  }

  get before(): RuleContext['before'] {
    return this.#step.before;
  }

  get unitStatements(): RuleContext['unitStatements'] {
    return this.#step.unitStatements;
  }

  get position(): number {
    return this.#step.position;
  }

  get after(): RuleContext['after'] {
    return this.unitStatements.slice(this.position + 1, this.position + 1 + statementsAhead);
  }

  relation(name: string): Relation | undefined {
    return this.catalog.relation(name);
  }

  isNew(name: string): boolean {
    return this.catalog.relation(name)?.origin.judged ?? this.catalog.indexes.get(name)?.origin.judged ?? false;
  }

  tableFacts(name: string): TableFacts | undefined {
    return this.facts?.tables[name];
  }

  laterUnits(mentioning?: string): ReturnType<RuleContext['laterUnits']> {
    return this.#step.laterUnits(mentioning);
  }
}
