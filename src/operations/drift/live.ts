import type { LockkeeperProblem } from '../../core/errors.js';
import type { History } from '../../core/history.js';
import type { SchemaSnapshot } from '../../core/schema.js';
import type { MigrationTool, ToolCall } from '../../orms/tool.js';
import type { OperationContext } from '../context.js';
import { connectInput } from '../target.js';

/** What a database looks like. */
export interface LiveLook {
  schema: SchemaSnapshot;
  /** Where the stack stands there; empty when no tool was given. */
  history: History;
  problems: LockkeeperProblem[];
}

const noHistory: History = { table: 'public.none', exists: false, migrations: [], next: [], recoveries: [], problems: [] };

/**
 * Reads schema and history of a database in one read-only transaction.
 *
 * @throws LockkeeperError as `connect`
 */
export async function lookAt(variable: string, context: OperationContext, tool?: MigrationTool, call?: ToolCall): Promise<LiveLook> {
  const [{ postgres }, { withSession }, { readHistory }] = await Promise.all([
    import('../../databases/postgres.js'),
    import('../../databases/engine.js'),
    import('../../run/look.js'),
  ]);
  return withSession(postgres, connectInput(variable, context), async (session) => {
    const history = tool && call ? await readHistory(tool, call, session) : noHistory;
    const schema = await postgres.snapshot(session);
    const notes = session.notes.map((note): LockkeeperProblem => ({ code: 'DATABASE_REFUSED', message: note, next: 'The rest was read.' }));
    return { schema, history, problems: [...notes, ...history.problems] };
  });
}
