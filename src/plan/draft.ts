import type { BackfillSpec, GoneObject, PhaseStage, PlanNeed, PlanStatus, PlanWay, StepMode } from '../core/plan.js';
import type { ModelEdit } from './model-edit.js';

/** A step as a recipe writes it; effects, guards and numbers are added by `finish`. */
export interface DraftStep {
  title: string;
  sql: string[];
  mode: StepMode;
  check: string | null;
  back: { sql: string[]; mode: StepMode; note: string | null };
  oldCodeWorks: boolean;
  newCodeWorks: boolean;
  backfill: BackfillSpec | null;
  destructive: boolean;
}

export interface DraftPhase {
  kind: 'migration' | 'deploy';
  stage: PhaseStage;
  title: string;
  says: string | null;
  edits: ModelEdit[];
  steps: DraftStep[];
  gone: GoneObject[];
}

/** What a recipe answers. */
export interface Draft {
  title: string;
  status: PlanStatus;
  phases: DraftPhase[];
  ways: PlanWay[];
  differences: string[];
  limits: string[];
  needs: PlanNeed[];
}

/** A plan of these phases. */
export function planned(title: string, phases: (DraftPhase | null)[], more: Partial<Draft> = {}): Draft {
  return {
    title,
    status: 'plan',
    phases: phases.filter((phase) => phase !== null),
    ways: [],
    differences: [],
    limits: [],
    needs: [],
    ...more,
  };
}

/** A harmless change: one file, in one transaction. */
export function direct(title: string, step: DraftStep, edits: ModelEdit[] = [], more: Partial<Draft> = {}): Draft {
  return planned(title, [phase('direct', title, [step], { edits })], { status: 'direct', ...more });
}

/** Nothing can be planned before something is known. */
export function needsFirst(title: string, ...needs: PlanNeed[]): Draft {
  return planned(title, [], { status: 'needsFacts', needs });
}

/** No safe way is known. */
export function refused(title: string, why: string, how: string): Draft {
  return planned(title, [], { status: 'refused', needs: [{ what: 'another way', why, how }] });
}

/** The need for the columns, keys and dependants of a table. */
export function tableNeeded(table: string): PlanNeed {
  return {
    what: `the schema of ${table}`,
    why: 'Its columns, keys, indexes and dependants decide what has to be carried over; without them a key could be lost.',
    how: 'Name the variable with the address of the database (it is only read), or plan for a stack whose migrations create the table.',
  };
}

/** A phase of migration files. Null when it has no steps. */
export function phase(
  stage: PhaseStage,
  title: string,
  steps: (DraftStep | null)[],
  more: { edits?: ModelEdit[]; gone?: GoneObject[] } = {},
): DraftPhase {
  return {
    kind: 'migration',
    stage,
    title,
    says: null,
    edits: more.edits ?? [],
    steps: steps.filter((each) => each !== null),
    gone: more.gone ?? [],
  };
}

/** A deploy of the application between two phases. */
export function deploy(title: string, says: string, edits: ModelEdit[] = []): DraftPhase {
  return { kind: 'deploy', stage: 'deploy', title, says, edits, steps: [], gone: [] };
}

type StepInput = Pick<DraftStep, 'title' | 'sql' | 'check'> & {
  /** SQL of the way back; empty: there is nothing to take back. */
  back: string[];
  backMode?: StepMode;
  backNote?: string | null;
  works?: 'both' | 'old' | 'new';
  backfill?: BackfillSpec;
  destructive?: boolean;
};

/** Statements that are one transaction. */
export function step(input: StepInput): DraftStep {
  return make(input, 'transaction');
}

/** Statements that run each on its own: CONCURRENTLY, backfills. */
export function alone(input: StepInput): DraftStep {
  return make(input, 'alone');
}

function make(input: StepInput, mode: StepMode): DraftStep {
  const works = input.works ?? 'both';
  return {
    title: input.title,
    sql: input.sql,
    mode,
    check: input.check,
    back: { sql: input.back, mode: input.backMode ?? 'transaction', note: input.backNote ?? null },
    oldCodeWorks: works !== 'new',
    newCodeWorks: works !== 'old',
    backfill: input.backfill ?? null,
    destructive: input.destructive ?? false,
  };
}
