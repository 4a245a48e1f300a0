import type { LockkeeperProblem } from '../../core/errors.js';
import type { History } from '../../core/history.js';
import type { SchemaSnapshot } from '../../core/schema.js';
import type { DatabaseSession } from '../../databases/engine.js';
import type { MigrationTool, ToolCall } from '../../orms/tool.js';
import type { OperationContext } from '../context.js';
import { connectInput } from '../target.js';

/** What a database looks like. */
export interface LiveLook {
  schema: SchemaSnapshot;
  /** Where the stack stands there; null when no tool was given, or the role may not read the table. */
  history: History | null;
  problems: LockkeeperProblem[];
}

/**
 * Reads schema and history of a database in one read-only transaction.
 *
 * @throws LockkeeperError as `connect`
 */
export async function lookAt(variable: string, context: OperationContext, tool?: MigrationTool, call?: ToolCall): Promise<LiveLook> {
  const [{ postgres }, { withSession }] = await Promise.all([import('../../databases/postgres.js'), import('../../databases/engine.js')]);
  return withSession(postgres, connectInput(variable, context), async (session) => {
    const history = tool && call ? await historyOf(tool, call, session) : null;
    const schema = await postgres.snapshot(session);
    const notes = session.notes.map((note): LockkeeperProblem => ({ code: 'DATABASE_REFUSED', message: note, next: 'The rest was read.' }));
    return { schema, history, problems: [...notes, ...(tool && history === null ? [unread] : []), ...(history?.problems ?? [])] };
  });
}

const unread: LockkeeperProblem = {
  code: 'DATABASE_REFUSED',
  message: 'The role may not read the history table of the tool: what is pending cannot be told from drift.',
  next: 'GRANT SELECT on that table to the role; the catalogs need no grant.',
};

/** Where the stack stands; null when the role may not read it. The session goes on either way. */
async function historyOf(tool: MigrationTool, call: ToolCall, session: DatabaseSession): Promise<History | null> {
  const { readHistory } = await import('../../run/look.js');
  let refused = false;
  const careful: DatabaseSession = {
    ...session,
    query: async <Row extends object>(sql: string, values?: readonly unknown[]) => {
      const rows = await session.attempt<Row>(sql, values);
      refused ||= rows === null;
      return rows ?? [];
    },
  };
  const history = await readHistory(tool, call, careful);
  return refused ? null : history;
}
