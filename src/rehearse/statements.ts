/** Statements as they were seen, beside what was predicted of them. */
import type { RehearsedStatement } from '../core/rehearsal.js';
import type { Migration, Place } from '../core/stack.js';
import type { AnalysisUnit } from '../sql/analysis.js';
import type { CatalogState } from '../sql/catalog/types.js';
import { splitStatements } from '../sql/postgres/split.js';
import { differencesOf, type HeldInTransaction } from './compare.js';
import type { RehearseInput } from './input.js';
import type { WatchedStatement } from './watch/sink.js';

/**
 * Puts observation, prediction and source together.
 *
 * @param catalog the schema before the first of them; null: nothing is predicted
 */
export function rehearsedStatements(
  input: RehearseInput,
  migration: Migration,
  seen: readonly WatchedStatement[],
  catalog: CatalogState | null,
  direction: 'up' | 'down',
): RehearsedStatement[] {
  const units = seen.map(
    ({ sql, inTransaction }): AnalysisUnit => ({
      migration: migration.name,
      file: null,
      firstLine: 1,
      sql,
      direction: 'up',
      transactionMode: inTransaction ? 'all' : 'none',
      judged: true,
    }),
  );
  const predicted = catalog === null ? [] : input.predict(units, catalog, input.place.version);
  const held: HeldInTransaction = new Map();
  const wasThere = (relation: string): boolean => catalog?.relations.has(relation) || catalog?.indexes.has(relation) || false;
  const places = placesOf(direction === 'up' ? migration.up : migration.down);
  return seen.map((statement, at) => {
    const prediction = predicted.length === seen.length ? predicted[at] : undefined;
    return {
      sql: statement.sql,
      source: places.get(normalised(statement.sql)) ?? (migration.unrendered === null ? null : { file: migration.file, line: null }),
      direction,
      inTransaction: statement.inTransaction,
      tookMs: rounded(statement.took),
      locks: statement.locks?.map((lock) => ({ ...lock, heldMs: rounded(lock.heldMs) })) ?? null,
      rewrites: statement.rewrites,
      scans: statement.scans,
      indexBuilds: statement.indexBuilds,
      rows: statement.rows,
      error: statement.error === null ? null : { code: statement.error.code, message: statement.error.message },
      differences: prediction === undefined ? [] : differencesOf(prediction, statement, held, wasThere),
    };
  });
}

/** Where each statement of a script stands, by its text without comments and spacing. */
function placesOf(script: Migration['up']): Map<string, Place> {
  const places = new Map<string, Place>();
  if (script === null) return places;
  for (const { start, end } of splitStatements(script.sql).statements) {
    const within = script.sql.slice(0, start).split('\n').length;
    const rendered = script.places?.findLast((place) => place.from <= within);
    const place = rendered ? { file: rendered.file, line: rendered.line } : { file: script.file, line: script.line + within - 1 };
    places.set(normalised(script.sql.slice(start, end)), place);
  }
  return places;
}

function normalised(sql: string): string {
  return sql
    .replace(/--[^\n]*/g, ' ')
    .replace(/;\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
