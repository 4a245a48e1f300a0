import { type Extent, splitStatements } from './split.js';
import { loadLibrary, type ParseResult, type ParserLibrary } from './library.js';
import type { Node } from './node.js';

let library: ParserLibrary | null = null;

/** Statements that are parsed together: enough to spare calls, few enough to keep the tree's JSON small. */
const regionCharacters = 16_000;

/** Loads PostgreSQL 18's own parser (`libpg-query`, WebAssembly). Call once before anything else here. */
export async function loadParser(): Promise<void> {
  library ??= await loadLibrary();
}

/** One parsed statement; `node` is null when the grammar of PostgreSQL 18 refuses it. */
export interface ParsedStatement {
  sql: string;
  /** Offset of the first token in the script, UTF-16 units. */
  offset: number;
  node: Node | null;
  error: string | null;
  /** Turns a location of the tree (bytes) into an offset of `sql`. */
  locate: (byte: number) => number;
  psql: boolean;
}

/**
 * Parses one script. What cannot be parsed is returned with its error, the rest all the same.
 *
 * @param sql a script of any size; time and memory grow with its length alone
 * @throws when `loadParser` was not awaited
 */
export function* parseScript(sql: string): Generator<ParsedStatement> {
  const { statements, psqlLines } = splitStatements(sql);
  let psql = 0;
  for (let first = 0; first < statements.length; ) {
    let last = first;
    const begin = statements[first]!.start;
    while (last + 1 < statements.length && statements[last + 1]!.end - begin < regionCharacters) last++;
    for (const parsed of parseRegion(sql, statements.slice(first, last + 1))) {
      for (; psql < psqlLines.length && psqlLines[psql]!.start < parsed.offset; psql++) yield psqlStatement(sql, psqlLines[psql]!);
      yield parsed;
    }
    first = last + 1;
  }
  for (; psql < psqlLines.length; psql++) yield psqlStatement(sql, psqlLines[psql]!);
}

/** Parses one statement. Throws PostgreSQL's syntax error. */
export function parseStatement(sql: string): Node {
  return parse(sql).stmts?.[0]?.stmt ?? null;
}

/** Parse tree of a PL/pgSQL function, given as a whole CREATE FUNCTION statement. Throws its syntax error. */
export function parsePlPgSql(sql: string): unknown {
  if (!library) throw new Error('loadParser() was not awaited');
  return library.parsePlPgSql(sql);
}

function parse(sql: string): ParseResult {
  if (!library) throw new Error('loadParser() was not awaited');
  return library.parse(sql);
}

function* parseRegion(sql: string, extents: Extent[]): Generator<ParsedStatement> {
  const begin = extents[0]!.start;
  const region = sql.slice(begin, extents.at(-1)!.end);
  let trees: NonNullable<ParseResult['stmts']> | null = null;
  if (extents.length > 1 && !region.includes('\\') && !region.includes('\u0000')) {
    try {
      trees = parse(region).stmts ?? [];
    } catch {
      trees = null;
    }
  }
  if (trees?.length !== extents.length) {
    for (const extent of extents) yield parseOne(sql, extent);
    return;
  }
  const toOffset = byteOffsets(region);
  for (const [position, extent] of extents.entries()) {
    const shift = extent.start - begin;
    yield {
      sql: sql.slice(extent.start, extent.end),
      offset: extent.start,
      node: trees[position]!.stmt ?? null,
      error: null,
      locate: (byte) => toOffset(byte) - shift,
      psql: false,
    };
  }
}

function parseOne(sql: string, extent: Extent): ParsedStatement {
  const statement = sql.slice(extent.start, extent.end);
  const base = { sql: statement, offset: extent.start, locate: byteOffsets(statement), psql: false };
  if (statement.includes('\u0000')) return { ...base, node: null, error: 'a NUL character' };
  try {
    const trees = parse(statement).stmts ?? [];
    if (trees.length !== 1) return { ...base, node: null, error: 'not one statement' };
    return { ...base, node: trees[0]!.stmt ?? null, error: null };
  } catch (error) {
    return { ...base, node: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function psqlStatement(sql: string, extent: Extent): ParsedStatement {
  const line = sql.slice(extent.start, extent.end).trimEnd();
  return { sql: line, offset: extent.start, node: null, error: 'a command of psql, not SQL', locate: (byte) => byte, psql: true };
}

/** Bytes of UTF-8 to UTF-16 units; the identity for ASCII, which nearly all migrations are. */
function byteOffsets(sql: string): (byte: number) => number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  if (/^[\x00-\x7f]*$/.test(sql)) return (byte) => byte;
  let bytes: Buffer | null = null;
  return (byte) => {
    bytes ??= Buffer.from(sql, 'utf8');
    return bytes.subarray(0, byte).toString('utf8').length;
  };
}
