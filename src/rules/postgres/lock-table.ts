import { blockedBy } from '../../core/effects.js';
import { defineRule } from '../rule.js';
import { hasLockTimeout } from '../support/lock-timeout.js';
import { listed, withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Explicit LOCK TABLE',
  why: 'LOCK TABLE waits in the queue of the table, keeps later traffic waiting behind it, and holds its lock to the end of the transaction.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['lockTable'],
  check(change, context) {
    const strong = context.effects.locks.filter((lock) => blockedBy(lock.mode) !== 'nothing' && !context.isNew(lock.relation));
    if (change.nowait || strong.length === 0 || hasLockTimeout(context) || context.effects.error) return null;
    return {
      relation: strong[0]?.relation,
      why: `${strong.some((lock) => blockedBy(lock.mode) === 'readsAndWrites') ? 'Reads and writes' : 'Writes'} of ${listed(change.tables)} wait until the transaction ends, and already while the lock is waited for.`,
      fix: {
        summary:
          'Leave it out: every statement takes the lock that it needs. Where it must be, set lock_timeout and keep the transaction short.',
        sql: `BEGIN;\nSET LOCAL lock_timeout = '2s';\n${withoutSemicolon(context.statement.sql)};\nCOMMIT;`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;' }, { sql: 'LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE;' }],
  good: [
    { sql: 'LOCK TABLE orders IN ACCESS EXCLUSIVE MODE NOWAIT;' },
    { sql: "SET lock_timeout = '1s'; LOCK TABLE orders;" },
    { sql: 'LOCK TABLE orders IN ROW SHARE MODE;' },
  ],
});
