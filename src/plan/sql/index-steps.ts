import { quoteIdentifier } from '../../core/names.js';
import { beside, shown } from '../context.js';
import { alone, type DraftStep } from '../draft.js';
import { hasIndex, lacksRelation } from './checks.js';

/**
 * One index built while reads and writes go on. What a failed build left is dropped first; IF NOT EXISTS is never written,
 * since it would keep an invalid index and report success.
 *
 * @param create CREATE INDEX CONCURRENTLY statement
 * @param name bare name of the index
 */
export function buildIndex(table: string, name: string, create: string, more: { title?: string } = {}): DraftStep {
  const qualified = beside(table, name);
  const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${qualified}`;
  return alone({
    title: more.title ?? `Build the index ${name} of ${shown(table)} while reads and writes go on`,
    sql: [drop, create],
    check: hasIndex(qualified),
    back: [drop],
    backMode: 'alone',
  });
}

/** Takes an index away while reads and writes go on. */
export function dropIndexStep(index: string, recreate: string | null, title = `Drop the index ${shown(index)}`): DraftStep {
  return alone({
    title,
    sql: [`DROP INDEX CONCURRENTLY IF EXISTS ${index}`],
    check: lacksRelation(index),
    back: recreate === null ? [] : [`DROP INDEX CONCURRENTLY IF EXISTS ${index}`, recreate],
    backMode: 'alone',
    backNote: recreate === null ? 'Its definition is not known: build it again from its file.' : null,
  });
}

/** `CREATE INDEX …` as written, but concurrently, without IF NOT EXISTS, under a name. */
export function concurrently(create: string, name: string): string {
  const head =
    /^\s*CREATE\s+(UNIQUE\s+)?INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?:(?!ON\s)(?:"(?:[^"]|"")*"|[\w$]+)\s+)?ON\s+(ONLY\s+)?/i;
  return create
    .trim()
    .replace(/(\s*;)+$/, '')
    .replace(head, (_all, unique: string | undefined, only: string | undefined) => {
      return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${quoteIdentifier(name)} ON ${only ?? ''}`;
    });
}
