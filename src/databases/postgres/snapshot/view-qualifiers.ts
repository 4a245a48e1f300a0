/** Takes the table's name off the columns of a query that reads one table, as PostgreSQL 16 and newer print it. */
import { quoteIdentifier } from '../../../core/names.js';
import type { Node } from '../../../sql/postgres/node.js';
import { loadParser, parseStatement } from '../../../sql/postgres/parser.js';

/**
 * @param query as `pg_get_viewdef` of PostgreSQL 14 or 15 gives it
 * @returns the query as 16 and newer would give it; the same text where it cannot be parsed
 */
export async function withoutTopQualifiers(query: string): Promise<string> {
  await loadParser();
  let tree: Node;
  try {
    tree = parseStatement(query);
  } catch {
    return query;
  }
  const select = (tree as { SelectStmt?: Record<string, unknown> } | null)?.SelectStmt;
  const from = select?.['fromClause'] as Record<string, Record<string, unknown>>[] | undefined;
  if (!select || from?.length !== 1 || from[0]?.['JoinExpr']) return query;
  const only = aliasOf(from[0] ?? {});
  if (only === null) return query;
  const places: number[] = [];
  for (const [name, part] of Object.entries(select)) if (name !== 'fromClause' && name !== 'withClause') collect(part, only, places);
  const bytes = Buffer.from(query);
  const prefix = Buffer.from(`${quoteIdentifier(only)}.`);
  const quoted = Buffer.from(`"${only.replaceAll('"', '""')}".`);
  const pieces: Buffer[] = [];
  let done = 0;
  for (const place of places.sort((a, b) => a - b)) {
    const found = [prefix, quoted].find((each) => bytes.subarray(place, place + each.length).equals(each));
    if (!found) continue;
    pieces.push(bytes.subarray(done, place));
    done = place + found.length;
  }
  return Buffer.concat([...pieces, bytes.subarray(done)]).toString();
}

function aliasOf(item: Record<string, Record<string, unknown>>): string | null {
  const [body] = Object.values(item);
  const alias = body?.['alias'] as { aliasname?: string } | undefined;
  return alias?.aliasname ?? (typeof body?.['relname'] === 'string' ? body['relname'] : null);
}

/** Places of `table.column` that belong to this query and not to one inside it. */
function collect(part: unknown, table: string, places: number[]): void {
  if (Array.isArray(part)) for (const each of part) collect(each, table, places);
  if (part === null || typeof part !== 'object' || Array.isArray(part)) return;
  for (const [name, value] of Object.entries(part)) {
    if (name === 'SelectStmt' || name === 'subselect') continue;
    if (name === 'ColumnRef') {
      const { fields, location } = value as { fields: { String?: { sval?: string } }[]; location?: number };
      if (fields.length === 2 && fields[0]?.String?.sval === table && fields[1]?.String) places.push(location ?? 0);
    } else collect(value, table, places);
  }
}
