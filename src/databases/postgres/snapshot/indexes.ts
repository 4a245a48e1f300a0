import { qualify } from '../../../core/names.js';
import { userSchemas } from '../schemas.js';
import { isGeneratedName } from './generated-name.js';
import { normaliseExpression, spelled } from './normalise.js';
import { ofExtension, type Reading } from './reading.js';
import { optionProperties } from './relations.js';

interface Row {
  oid: number;
  relation: number;
  schema: string;
  name: string;
  method: string;
  unique: boolean;
  valid: boolean;
  only: boolean;
  nulls_not_distinct: boolean;
  numbers: number[];
  key_count: number;
  definition: string;
  predicate: string | null;
  options: string[] | null;
  clustered: boolean;
}

/** Indexes of constraints belong to them, and those of partitions to the index of their parent. */
const query = (version: number): string => `
  SELECT c.oid, i.indrelid AS relation, n.nspname AS schema, c.relname AS name, m.amname AS method, i.indisunique AS unique, i.indisvalid AS valid,
         c.relkind = 'I' AND NOT i.indisvalid AS only, ${version >= 15 ? 'i.indnullsnotdistinct' : 'false'} AS nulls_not_distinct,
         i.indkey::int2[] AS numbers, i.indnkeyatts AS key_count, pg_get_indexdef(i.indexrelid) AS definition,
         pg_get_expr(i.indpred, i.indrelid) AS predicate, c.reloptions AS options, i.indisclustered AS clustered
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_am m ON m.oid = c.relam
    LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
    LEFT JOIN pg_constraint x ON x.conindid = i.indexrelid AND x.contype IN ('p', 'u', 'x')
   WHERE ${userSchemas('n')} AND c.relpersistence <> 't' AND h.inhrelid IS NULL AND x.oid IS NULL AND NOT ${ofExtension('c.oid', 'class')}`;

/** Indexes that stand for themselves. */
export async function readIndexes(reading: Reading): Promise<void> {
  for (const row of await reading.query<Row>(query(reading.version))) {
    const relation = reading.relations.get(row.relation);
    if (!relation) continue;
    const columns = reading.columns.get(row.relation);
    const { keys, include } = partsOf(row.definition, row.method);
    const normal = normaliseExpression(keys);
    const predicate = spelled('predicate', row.predicate);
    let expressions = 0;
    const names = row.numbers.map((number) => (number === 0 ? `expr${expressions++ || ''}` : (columns?.get(number) ?? '')));
    reading.add(
      {
        kind: 'index',
        name: qualify(row.schema, row.name),
        parent: relation.id,
        generatedName: isGeneratedName(row.name, relation.name, names, 'idx'),
        properties: {
          method: row.method,
          unique: row.unique,
          keys: normal,
          include,
          ...predicate.properties,
          nullsNotDistinct: row.nulls_not_distinct,
          invalid: !row.valid && !row.only,
          onlyParent: row.only,
          clustered: row.clustered,
          ...optionProperties('', row.options),
        },
        spelling: { ...predicate.spelling, ...(normal === keys ? {} : { keys }) },
      },
      { catalog: 'class', oid: row.oid },
    );
  }
}

/**
 * Keys and included columns out of `CREATE INDEX … USING method (keys) INCLUDE (columns) …`, as the server prints it. One call an
 * index is several times faster than one a key.
 */
function partsOf(definition: string, method: string): { keys: string; include: string | null } {
  const using = ` USING ${method} `;
  const keys = inParentheses(definition, definition.indexOf(using) + using.length);
  const rest = definition.slice(keys.end);
  const include = rest.startsWith(' INCLUDE (') ? inParentheses(rest, ' INCLUDE '.length).text : null;
  return { keys: keys.text, include };
}

function inParentheses(text: string, open: number): { text: string; end: number } {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (quote !== '') {
      if (letter === quote) quote = '';
    } else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === '(') depth += 1;
    else if (letter === ')' && --depth === 0) return { text: text.slice(open + 1, at), end: at + 1 };
  }
  return { text: text.slice(open), end: text.length };
}
