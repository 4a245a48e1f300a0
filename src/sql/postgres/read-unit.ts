import type { Change } from '../../core/change.js';
import type { AnalysisUnit } from '../analysis.js';
import type { Catalog } from '../catalog/catalog.js';
import { environmentOf } from './changes/environment.js';
import { readChanges } from './changes/index.js';
import { type ParsedStatement, parseScript } from './parser.js';

/** A statement of a unit, read but not yet judged. */
export interface ReadStatement {
  sql: string;
  /** Line in the unit's file, from 1. */
  line: number;
  changes: Change[];
  unread: string | null;
}

/**
 * Reads all statements of a unit into changes. Names are resolved against the catalog as it is before the unit.
 *
 * @param searchPath schemas of unqualified names when the unit begins; SET search_path inside it is followed
 * @param parsedStatements what `parseScript` gave for the unit, where that is there already
 */
export function readUnit(
  unit: AnalysisUnit,
  catalog: Catalog,
  searchPath: readonly string[],
  parsedStatements: Iterable<ParsedStatement> = parseScript(unit.sql),
): ReadStatement[] {
  const statements: ReadStatement[] = [];
  let path = searchPath;
  let line = unit.firstLine;
  let counted = 0;
  const made = new Set<string>();
  for (const parsed of parsedStatements) {
    for (let at = unit.sql.indexOf('\n', counted); at >= 0 && at < parsed.offset; at = unit.sql.indexOf('\n', counted)) {
      line++;
      counted = at + 1;
    }
    if (!parsed.node) {
      const harmless =
        parsed.psql && /^\\(set|pset|timing|echo|unset|restrict|unrestrict|encoding|x|t|a|q|conninfo|errverbose)\b/.test(parsed.sql);
      if (!harmless)
        statements.push({
          sql: parsed.sql,
          line,
          changes: [],
          unread: parsed.psql ? `${parsed.sql.split(/\s/)[0]} is a command of psql, not SQL` : `cannot be parsed: ${parsed.error}`,
        });
      continue;
    }
    const { changes, unread } = readSafely(parsed, catalog, path, made);
    for (const change of changes) {
      if (change.kind === 'set' && change.name === 'search_path') path = pathOf(change.value) ?? searchPath;
      const name = madeBy(change);
      if (name) made.add(name);
    }
    statements.push({ sql: parsed.sql, line, changes, unread });
  }
  return statements;
}

function readSafely(
  parsed: Parameters<typeof readOne>[0],
  catalog: Catalog,
  path: readonly string[],
  made: ReadonlySet<string>,
): { changes: Change[]; unread: string | null } {
  try {
    return readOne(parsed, catalog, path, made);
  } catch (error) {
    // A shape of the tree that no reader expected: unknown, never safe.
    return { changes: [], unread: `not analysed (${error instanceof Error ? error.message : String(error)})` };
  }
}

function readOne(
  parsed: { sql: string; node: Parameters<typeof readChanges>[0]; locate: (byte: number) => number },
  catalog: Catalog,
  path: readonly string[],
  made: ReadonlySet<string>,
): { changes: Change[]; unread: string | null } {
  return readChanges(parsed.node, environmentOf(catalog, path, parsed.sql, parsed.locate, made));
}

/** Name of the object that a change makes, as far as later statements of the unit may use it without a schema. */
function madeBy(change: Change): string | null {
  switch (change.kind) {
    case 'createEnum':
    case 'createCompositeType':
    case 'createType':
      return change.type;
    case 'createDomain':
      return change.domain;
    case 'createTable':
    case 'createTableAs':
      return change.table;
    case 'createView':
      return change.view;
    case 'createSequence':
      return change.sequence;
    case 'createFunction':
      return change.function;
    default:
      return null;
  }
}

/** Schemas of a search_path setting; the user's own schema and the catalog's are left out. */
export function pathOf(value: string | null): string[] | null {
  const schemas = (value ?? '')
    .split(',')
    .map((part) => part.trim().replace(/^"|"$/g, ''))
    .filter((part) => part !== '' && part !== '$user' && part !== 'pg_catalog');
  return schemas.length > 0 ? schemas : null;
}
