import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';
import { firstBlocked, strongLockKinds } from '../support/strong-lock-kinds.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'No statement_timeout: a slow statement holds its lock without end',
  why: 'lock_timeout bounds the wait for a lock, not the time that it is held; statement_timeout does. Around CONCURRENTLY and VALIDATE a short one does harm.',
  source: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT',
  quiet: true,
  on: [...strongLockKinds, 'validateConstraint'],
  check(change, context) {
    const timeout = context.session.statementTimeoutMs ?? (context.facts?.statementTimeoutMs || null);
    const isLong = change.kind === 'validateConstraint' || (change.kind === 'createIndex' && change.concurrently);
    if (isLong) {
      if (timeout === null || timeout === 0 || timeout > 60_000) return null;
      const table = change.kind === 'createIndex' ? change.index.table : change.table;
      return {
        relation: table,
        why: `Reading ${table} may take longer than ${timeout} ms: the statement is then cancelled${change.kind === 'createIndex' ? ' and leaves an invalid index' : ''}.`,
        fix: {
          summary: 'Switch it off for this statement, which does not keep traffic waiting.',
          sql: `SET statement_timeout = 0;\n${statementText(context)}\nRESET statement_timeout;`,
        },
      };
    }
    const table = timeout === null ? firstBlocked(context) : null;
    if (table === null) return null;
    return {
      relation: table,
      why: `Traffic on ${table} waits for as long as the statement runs.`,
      fix: {
        summary: 'Bound it by statement_timeout.',
        sql: `SET statement_timeout = '30s';\n${statementText(context)}\nRESET statement_timeout;`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN note text;' },
    { sql: "SET statement_timeout = '5s'; CREATE INDEX CONCURRENTLY orders_code ON orders (code);", transaction: 'none' },
  ],
  good: [
    { sql: "SET statement_timeout = '30s'; ALTER TABLE orders ADD COLUMN note text;" },
    { sql: 'CREATE INDEX CONCURRENTLY orders_code ON orders (code);', transaction: 'none' },
  ],
});
