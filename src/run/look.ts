/** A look at the target before and after a run: history and schema, by SELECT. */
import type { History } from '../core/history.js';
import type { ConnectInput, DatabaseSession } from '../databases/engine.js';
import { withSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import type { MigrationTool, Reader, ToolCall } from '../orms/tool.js';
import type { CatalogState } from '../sql/catalog/types.js';

export interface Look {
  history: History;
  /** Text of every object of the schema, by `kind name`. */
  objects: Map<string, string>;
  invalid: Set<string>;
}

/** Reads where a stack stands and what the schema holds. Throws as `connect` does. */
export async function look(tool: MigrationTool, call: ToolCall, input: ConnectInput): Promise<Look> {
  return withSession(postgres, input, async (session) => {
    const catalog = await postgres.catalog(session);
    const history = await readHistory(tool, call, session);
    return { history, objects: objectsOf(catalog, history.table), invalid: invalidOf(catalog) };
  });
}

/** Where a stack stands. The tool's own search path holds for its unqualified table names. */
export async function readHistory(tool: MigrationTool, call: ToolCall, session: DatabaseSession): Promise<History> {
  if (tool.history === undefined) throw new Error(`${tool.name} has no history`);
  await session.query("SELECT set_config('search_path', $1, true)", [session.searchPath.map(quoted).join(', ') || '""']);
  const reader: Reader = { query: (sql, values) => session.query(sql, values) };
  return tool.history(call, reader);
}

/** Objects that differ between two looks, as lines for people. */
export function schemaChanges(before: Look, after: Look): string[] {
  const lines: string[] = [];
  for (const [name, text] of after.objects) {
    const old = before.objects.get(name);
    if (old === undefined) lines.push(`+ ${name}`);
    else if (old !== text) lines.push(`~ ${name}`);
  }
  for (const name of before.objects.keys()) if (!after.objects.has(name)) lines.push(`- ${name}`);
  return lines.sort();
}

function objectsOf(catalog: CatalogState, historyTable: string): Map<string, string> {
  const bare = (name: string): string => name.replaceAll('"', '');
  const own = bare(historyTable);
  const objects = new Map<string, string>();
  const put = (kind: string, name: string, what: unknown): void => {
    // The tool's own table is looked at through the history.
    if (bare(name) === own || bare(name).startsWith(`${own}_`)) return;
    objects.set(`${kind} ${name}`, text(what));
  };
  for (const relation of catalog.relations.values()) put(relation.kind, relation.name, { ...relation, children: null });
  for (const index of catalog.indexes.values()) if (!bare(index.table).endsWith(own)) put('index', index.name, index);
  for (const type of catalog.types.values()) put('type', type.name, type);
  for (const [name, functions] of catalog.functions) put('function', name, functions);
  for (const extension of catalog.extensions) put('extension', extension, true);
  for (const [name, publication] of catalog.publications) put('publication', name, publication);
  for (const [name, table] of catalog.statistics) put('statistics', name, table);
  // A tool makes the schema of its table outside the migration's transaction (Drizzle): it stays where the migration does not.
  const ownSchema = own.includes('.') ? own.slice(0, own.indexOf('.')) : null;
  for (const schema of catalog.schemas) if (bare(schema) !== ownSchema) put('schema', schema, true);
  return objects;
}

function invalidOf(catalog: CatalogState): Set<string> {
  const invalid = new Set<string>();
  for (const index of catalog.indexes.values()) if (!index.valid) invalid.add(`index ${index.name}`);
  for (const relation of catalog.relations.values()) {
    for (const constraint of relation.constraints.values())
      if (!constraint.valid) invalid.add(`constraint ${constraint.name} of ${relation.name}`);
  }
  return invalid;
}

/** Maps and sets as lists, keys in order: the same object gives the same text. */
function text(what: unknown): string {
  return JSON.stringify(what, (_, value: unknown) => {
    if (value instanceof Map) return [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    if (value instanceof Set) return [...value].sort();
    return value;
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
