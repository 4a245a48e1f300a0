import type { LockkeeperProblem } from '../../core/errors.js';
import type { Dialect, Migration, Script, Stack, TransactionMode } from '../../core/stack.js';
import type { AnalysisUnit } from '../../sql/analysis.js';
import { remarksOf } from '../remark-findings.js';
import { placesKey } from '../trace-sources.js';
import { notJudged, notRendered } from './rendering.js';
import type { StackRenderer } from './render-stack.js';
import type { Selection } from './selection.js';

export interface UnitOptions {
  includeDown: boolean;
  /** Overrides of what the stack says. */
  transaction?: TransactionMode;
  dialect?: Dialect;
  /** False when a schema file or a live catalog stands for the history. */
  withHistory: boolean;
  /** Renders what is no SQL; absent: such migrations are unknown. */
  render?: StackRenderer;
}

/**
 * Builds what is judged of one stack: in the tool's order, everything before the last judged migration; the down script
 * of a judged migration directly after its own up script.
 *
 * @param migrations all migrations of the stack, in its order
 * @param judged names under judgement
 */
export function selectMigrations(
  stack: Stack,
  migrations: readonly Migration[],
  judged: ReadonlySet<string>,
  options: UnitOptions,
): { selection: Selection; problems: LockkeeperProblem[] } {
  const dialect = options.dialect ?? stack.dialect;
  const selection: Selection = {
    stack,
    dialect,
    units: [],
    historyIsComplete: true,
    migrations: 0,
    unanalysed: [],
    places: new Map(),
    remarks: [],
  };
  const problems: LockkeeperProblem[] = [];
  const last = migrations.findLastIndex((migration) => judged.has(migration.name));
  for (const migration of migrations.slice(0, last + 1)) {
    if (judged.has(migration.name)) {
      addJudged(selection, stack, migration, options);
      problems.push(...notesOf(migration));
      selection.remarks.push(...remarksOf(migration));
    } else if (migration.up === null) selection.historyIsComplete = false;
    else if (options.withHistory) selection.units.push(unit(migration, migration.up, 'up', migration.transactionMode, false));
  }
  return { selection, problems };
}

function addJudged(selection: Selection, stack: Stack, migration: Migration, options: UnitOptions): void {
  selection.migrations += 1;
  if (migration.up === null) {
    selection.historyIsComplete = false;
    selection.unanalysed.push(migration.unrendered === null ? missingUp(migration) : notRendered(stack, migration));
    return;
  }
  if (selection.dialect !== 'postgres') {
    selection.unanalysed.push(notJudged(selection.dialect, migration.name, migration.file));
    return;
  }
  const upMode = options.transaction ?? migration.transactionMode;
  selection.units.push(unit(migration, migration.up, 'up', upMode, true));
  if (migration.up.places) selection.places.set(placesKey(migration.name, 'up'), migration.up.places);
  if (!options.includeDown || migration.down === null || migration.down.sql.trim() === '') return;
  const downMode = options.transaction ?? migration.downTransactionMode ?? migration.transactionMode;
  selection.units.push(unit(migration, migration.down, 'down', downMode, true));
  if (migration.down.places) selection.places.set(placesKey(migration.name, 'down'), migration.down.places);
}

function missingUp(migration: Migration): ReturnType<typeof notRendered> {
  return {
    source: { file: migration.file, line: null },
    migration: migration.name,
    reason: `${migration.name} has no up script that could be read.`,
    next: 'Look at the problems named beside this, then assess again.',
  };
}

function unit(
  migration: Migration,
  script: Script,
  direction: 'up' | 'down',
  transactionMode: TransactionMode,
  judged: boolean,
): AnalysisUnit {
  return { migration: migration.name, file: script.file, firstLine: script.line, sql: script.sql, direction, transactionMode, judged };
}

function notesOf(migration: Migration): LockkeeperProblem[] {
  const notes = migration.notes.filter((note) => note.remark === undefined);
  return notes.map((note) => ({
    code: 'NOT_RENDERED',
    message: `${migration.name}: ${note.message}`,
    next:
      migration.up?.places === undefined
        ? 'What is judged is the text as it stands in the file.'
        : 'What is judged is what the tool made of it on a throw-away database.',
    file: migration.file,
    ...(note.line === null ? {} : { line: note.line }),
  }));
}
