import { judgeCommand } from './hook/command-verdict.js';
import { judgeSql } from './hook/sql-verdict.js';
import type { HookSurroundings, Objection } from './hook/verdict.js';
import { aboutDatabases } from './hook/verdict.js';
import { sayOfWrittenFile } from './hook/written-migration.js';

/** What a PreToolUse hook prints; an empty object lets the call go its usual way. */
export interface HookAnswer {
  hookSpecificOutput?: {
    hookEventName: 'PreToolUse';
    permissionDecision?: 'ask' | 'deny';
    permissionDecisionReason?: string;
    additionalContext?: string;
  };
}

/** Modes of the client in which a question reaches nobody. */
const nobodyAsked = new Set(['bypassPermissions', 'dontAsk']);
const databaseServer = /postgres|sql|database|supabase|neon|mysql|maria|sqlite|(?:^|_)db(?:_|$)/i;

/**
 * Judges one call that an agent is about to make: a shell command, SQL for another tool, or the writing of a migration. A nudge and no
 * boundary: whoever can switch the hook off can go around it.
 *
 * @param text what the client wrote on standard input
 */
export async function hook(text: string, around: Omit<HookSurroundings, 'folder'> & { workingFolder: string }): Promise<HookAnswer> {
  let call: Record<string, unknown>;
  try {
    call = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return answer({ decision: 'ask', reason: 'lockkeeper cannot read what the client says of this call.' }, undefined);
  }
  const folder = typeof call['cwd'] === 'string' ? call['cwd'] : around.workingFolder;
  try {
    return await judged(call, { ...around, folder });
  } catch {
    return aboutDatabases.test(text) || databaseServer.test(String(call['tool_name'] ?? ''))
      ? answer(
          { decision: 'ask', reason: 'lockkeeper failed while it judged this call, which is about a database.' },
          call['permission_mode'],
        )
      : {};
  }
}

async function judged(call: Record<string, unknown>, around: HookSurroundings): Promise<HookAnswer> {
  const name = String(call['tool_name'] ?? '');
  const input = (typeof call['tool_input'] === 'object' && call['tool_input'] !== null ? call['tool_input'] : {}) as Record<
    string,
    unknown
  >;
  if (['Write', 'Edit', 'MultiEdit'].includes(name)) {
    const said = await sayOfWrittenFile(input, around);
    return said === null ? {} : { hookSpecificOutput: { hookEventName: 'PreToolUse', additionalContext: said } };
  }
  const objection = name.startsWith('mcp__')
    ? await judgeOtherTool(name, input, around)
    : typeof input['command'] === 'string'
      ? await judgeCommand(input['command'], around)
      : null;
  return objection === null ? {} : answer(objection, call['permission_mode']);
}

async function judgeOtherTool(name: string, input: Record<string, unknown>, around: HookSurroundings): Promise<Objection | null> {
  const [, server = '', tool = ''] = name.split('__');
  if (/(?:^|_)lockkeeper$/.test(server)) return null;
  const texts = ['sql', 'query', 'statement', 'statements', 'queries']
    .flatMap((key) => [input[key]].flat())
    .filter((each) => typeof each === 'string');
  const looksLikeSql =
    /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:alter|create|drop|truncate|update|delete|insert|grant|revoke|do|with|merge|call|vacuum|reindex|cluster|lock|comment|copy|begin|set|select)\b/i;
  for (const text of texts) {
    if (!databaseServer.test(`${server} ${tool}`) && !looksLikeSql.test(text)) continue;
    const objection = await judgeSql(text, `${server} ${tool}`.trim(), 'postgres', around);
    if (objection) return objection;
  }
  return null;
}

function answer(objection: Objection, mode: unknown): HookAnswer {
  const alone = nobodyAsked.has(String(mode));
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: alone ? 'deny' : objection.decision,
      permissionDecisionReason:
        alone && objection.decision === 'ask'
          ? `${objection.reason}\nIn this mode nobody is asked: a human has to run it.`
          : objection.reason,
    },
  };
}
