/** For a throw-away: everything passes, and is noted. */
import type { GateSession, Incoming, Referee, Ruling } from '../../databases/postgres/wire/referee.js';
import type { GateEvent } from './plan-referee.js';

export class OpenReferee implements Referee {
  private messages = 0;

  constructor(private readonly record: (event: GateEvent) => void) {}

  startUp(wanted: ReadonlyMap<string, string>): { settings: Record<string, string> } {
    return { settings: Object.fromEntries(wanted) };
  }

  prepare(sql: string): { text: string; before: readonly string[]; after: readonly string[] } {
    return { text: sql, before: [], after: [] };
  }

  judge(statements: readonly Incoming[], session: GateSession): Ruling {
    this.messages += 1;
    const events = statements.map(
      ({ sql }): GateEvent => ({
        at: Date.now(),
        sql,
        fingerprint: '',
        as: 'session',
        position: null,
        does: null,
        connection: session.connection,
        message: this.messages,
        result: 'open',
        code: null,
        tookMs: null,
        why: null,
      }),
    );
    return {
      refused: null,
      text: null,
      before: [],
      after: [],
      settle: (position, outcome) => {
        const event = events[position];
        if (event === undefined) return;
        event.result = outcome === null ? 'unknown' : outcome.failed ? 'failed' : 'done';
        event.code = outcome?.code ?? null;
        event.tookMs = Date.now() - event.at;
        this.record(event);
      },
    };
  }
}
