/** Keeps a rename from passing as drop + add, which loses the column's data. */
import { LockkeeperError } from '../../core/errors.js';

const identifier = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_]\w*)`;
const alterTable = new RegExp(String.raw`ALTER TABLE\s+(?:ONLY\s+)?((?:${identifier}\.)?${identifier})\s+([^;]*);`, 'gi');
const createTable = new RegExp(String.raw`^\s*CREATE TABLE\s+(?:IF NOT EXISTS\s+)?((?:${identifier}\.)?${identifier})`, 'gim');
const dropTable = new RegExp(String.raw`^\s*DROP TABLE\s+(?:IF EXISTS\s+)?((?:${identifier}\.)?${identifier})`, 'gim');
const dropColumn = new RegExp(String.raw`^DROP COLUMN\s+(?:IF EXISTS\s+)?(${identifier})(?:\s+CASCADE)?$`, 'i');
const addColumn = new RegExp(String.raw`^ADD COLUMN\s+(?:IF NOT EXISTS\s+)?(${identifier})\s`, 'i');

interface Altered {
  table: string;
  dropped: string[];
  added: string[];
}

/**
 * Replaces drop + add by a rename where a person said so, and refuses what nobody answered.
 *
 * @param sql what the tool made from the models
 * @param renames answers: `users.name` to `users.full_name`
 * @returns the SQL with `RENAME COLUMN` in their place
 * @throws LockkeeperError BAD_USAGE that names the candidates
 */
export function settleRenames(sql: string, renames: readonly { from: string; to: string }[]): string {
  let text = sql;
  for (const { from, to } of renames) {
    const [table = '', column = ''] = split(from);
    const [otherTable = '', target = ''] = split(to);
    if (table !== otherTable) throw unknownRename(from, to);
    text = rename(text, table, column, target) ?? fail(from, to);
  }
  const pairs = columnCandidates(text);
  if (pairs.length > 0) {
    throw new LockkeeperError(
      'BAD_USAGE',
      `A column goes and another comes in the same table: renamed, or dropped with its data? Candidates: ${pairs.slice(0, 6).join(', ')}.`,
      'Ask the user. If it is a rename, say --rename with that candidate; if not, make two migrations: first add the new column, later drop the old one.',
    );
  }
  const tables = tableCandidates(text);
  if (tables.length > 0) throw tableGoesAndComes(tables);
  return text;
}

/** The refusal of a table that goes while another comes. */
export function tableGoesAndComes(candidates: readonly string[]): LockkeeperError {
  return new LockkeeperError(
    'BAD_USAGE',
    `A table goes and another comes: renamed, or dropped with its rows? Candidates: ${candidates.slice(0, 6).join(', ')}.`,
    'Ask the user. If it is a rename, write it as SQL (--sql "ALTER TABLE old RENAME TO new"), or keep the name of the table in the models; if not, make two migrations: first the new table, later drop the old one.',
  );
}

/** Columns and tables of a script that could be renames: `users.name=users.full_name`, `bills=invoices`. */
export function renameCandidates(sql: string): string[] {
  return [...columnCandidates(sql), ...tableCandidates(sql)];
}

function columnCandidates(sql: string): string[] {
  return altered(sql).flatMap(({ table, dropped, added }) =>
    dropped.flatMap((from) => added.map((to) => `${table}.${from}=${table}.${to}`)),
  );
}

function tableCandidates(sql: string): string[] {
  const names = (pattern: RegExp): string[] => [...sql.matchAll(pattern)].map((found) => bare(found[1]!));
  const created = names(createTable);
  return names(dropTable).flatMap((from) => created.filter((to) => to !== from).map((to) => `${from}=${to}`));
}

/** Tables with the columns that one script drops and adds. */
function altered(sql: string): Altered[] {
  const tables = new Map<string, Altered>();
  for (const [, table = '', actions = ''] of sql.matchAll(alterTable)) {
    const name = bare(table);
    const entry = tables.get(name) ?? { table: name, dropped: [], added: [] };
    tables.set(name, entry);
    for (const action of splitActions(actions)) {
      const gone = dropColumn.exec(action)?.[1];
      const come = addColumn.exec(action)?.[1];
      if (gone) entry.dropped.push(unquoted(gone));
      if (come) entry.added.push(unquoted(come));
    }
  }
  return [...tables.values()];
}

function rename(sql: string, table: string, from: string, to: string): string | null {
  let dropped = false;
  let added = false;
  const text = sql.replace(alterTable, (whole, written: string, actions: string) => {
    if (bare(written) !== table) return whole;
    const kept = splitActions(actions).filter((action) => {
      const isDrop = unquoted(dropColumn.exec(action)?.[1] ?? '') === from;
      const isAdd = unquoted(addColumn.exec(action)?.[1] ?? '') === to;
      dropped ||= isDrop;
      added ||= isAdd;
      return !isDrop && !isAdd;
    });
    const renaming = dropped && added ? `ALTER TABLE ${written} RENAME COLUMN "${from}" TO "${to}";` : '';
    const rest = kept.length === 0 ? '' : `ALTER TABLE ${written} ${kept.join(',\n')};`;
    return [renaming, rest].filter((part) => part !== '').join('\n');
  });
  return dropped && added ? text : null;
}

/** Actions of one ALTER TABLE; commas inside parentheses and strings do not count. */
function splitActions(actions: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let quote = '';
  for (let at = 0; at < actions.length; at += 1) {
    const letter = actions[at]!;
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    else if (letter === ',' && depth === 0) {
      parts.push(actions.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, actions.slice(start).trim()];
}

function split(name: string): string[] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

function bare(name: string): string {
  return name.split('.').map(unquoted).at(-1) ?? name;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function fail(from: string, to: string): never {
  throw unknownRename(from, to);
}

function unknownRename(from: string, to: string): LockkeeperError {
  return new LockkeeperError(
    'BAD_USAGE',
    `The models do not rename ${from} to ${to}.`,
    'Write --rename table.old=table.new with the names of the database.',
  );
}
