/** A look at the target before and after a run: history and schema, by SELECT. */
import type { History } from '../core/history.js';
import { quoteIdentifier, splitName } from '../core/names.js';
import { belongingTo, compareSchemas, type SchemaSnapshot, schemaFingerprint } from '../core/schema.js';
import type { ConnectInput, DatabaseSession } from '../databases/engine.js';
import { withSession } from '../databases/engine.js';
import { postgres } from '../databases/postgres.js';
import type { MigrationTool, Reader, ToolCall } from '../orms/tool.js';

export interface Look {
  history: History;
  /** Without the tool's own history table. */
  schema: SchemaSnapshot;
  /** `schemaFingerprint` of that. */
  fingerprint: string;
  /** Indexes and constraints that are there and do not do their work. */
  invalid: Set<string>;
}

/** Reads where a stack stands and what the schema holds. Throws as `connect` does. */
export async function look(tool: MigrationTool, call: ToolCall, input: ConnectInput): Promise<Look> {
  return withSession(postgres, input, async (session) => {
    const history = await readHistory(tool, call, session);
    const whole = await postgres.snapshot(session);
    const own = belongingTo(whole, history.table);
    const schema = { ...whole, objects: new Map([...whole.objects].filter(([id]) => !own.has(id))) };
    return { history, schema, fingerprint: schemaFingerprint(schema), invalid: invalidOf(schema) };
  });
}

/** Where a stack stands. The tool's own search path holds for its unqualified table names. */
export async function readHistory(tool: MigrationTool, call: ToolCall, session: DatabaseSession): Promise<History> {
  if (tool.history === undefined) throw new Error(`${tool.name} has no history`);
  await session.query("SELECT set_config('search_path', $1, true)", [session.searchPath.map(quoted).join(', ') || '""']);
  const reader: Reader = { query: (sql, values) => session.query(sql, values) };
  return tool.history(call, reader);
}

/** Objects that differ between two looks, as lines for people: `+ table public.users`. */
export function schemaChanges(before: Look, after: Look): string[] {
  const signs = { onlyLeft: '-', onlyRight: '+', differs: '~' } as const;
  return compareSchemas(before.schema, after.schema)
    .map((difference) => `${signs[difference.change]} ${difference.id}`)
    .sort();
}

function invalidOf(schema: SchemaSnapshot): Set<string> {
  const invalid = new Set<string>();
  for (const { kind, name, parent, properties } of schema.objects.values()) {
    if (kind === 'index' && properties['invalid'] !== undefined) invalid.add(`index ${name}`);
    if (kind === 'constraint' && (properties['notValid'] ?? properties['indexInvalid']) !== undefined)
      invalid.add(`constraint ${quoteIdentifier(splitName(name).at(-1) ?? name)} of ${(parent ?? '').replace(/^\w+ /, '')}`);
  }
  return invalid;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
