import { safeJson } from '../../core/sanitise.js';
import { hook } from '../../operations/hook.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { refusePositionals } from '../shared-flags.js';

/** `lockkeeper hook`: a PreToolUse hook of Claude Code. Always exits 0: the answer is in the JSON. */
export const hookCommand: Command = {
  name: 'hook',
  summary: 'Judge a call of an agent, as its client’s PreToolUse hook',
  usage: 'lockkeeper hook < CALL.json',
  flags: {},
  examples: [
    {
      line: `echo '{"tool_name":"Bash","tool_input":{"command":"npx prisma migrate reset"}}' | lockkeeper hook`,
      says: 'answers "ask" with the reason; an empty object lets the call go its usual way',
    },
  ],
  async run(_values, positionals, surroundings) {
    refusePositionals('hook', positionals);
    const text = (await surroundings.readStandardInput()).toString('utf8');
    return { text: `${safeJson(await hook(text, surroundings))}\n`, exitCode: exitCodes.fine };
  },
};
