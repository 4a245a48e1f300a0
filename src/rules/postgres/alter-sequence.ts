import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { columnsFedBy } from '../support/sequence-owner.js';
import { listed, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'ALTER SEQUENCE keeps inserts waiting until the transaction ends',
  why: 'ALTER SEQUENCE takes a SHARE ROW EXCLUSIVE lock on the sequence: nextval, and with it every INSERT that draws a number, waits until commit.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['alterSequence'],
  check(change, context) {
    if (!(change.restart || change.type || change.other) || context.effects.error) return null;
    const isAlone =
      !context.transaction.open ||
      (hasLockTimeout(context) &&
        context.after.every((statement) => statement.changes.every((later) => later.kind === 'set' || later.kind === 'transaction')));
    if (isAlone) return null;
    const tables = [...new Set(columnsFedBy(context, change.sequence).map(({ table }) => table))];
    return {
      relation: change.sequence,
      why: `Inserts into ${tables.length > 0 ? listed(tables) : `tables that use ${change.sequence}`} wait until the whole transaction has ended.`,
      fix: {
        summary: 'Run it alone, outside the transaction of other changes, under a short lock_timeout.',
        sql: underLockTimeout(statementText(context)),
      },
    };
  },
  setup: "CREATE SEQUENCE numbers; CREATE TABLE orders (id bigint PRIMARY KEY DEFAULT nextval('numbers'));",
  bad: [
    { sql: 'ALTER SEQUENCE numbers INCREMENT BY 10; CREATE TABLE other (id int);' },
    { sql: 'ALTER SEQUENCE numbers AS bigint CACHE 20;' },
  ],
  good: [
    { sql: 'ALTER SEQUENCE numbers INCREMENT BY 10;', transaction: 'none' },
    { sql: "SET lock_timeout = '2s'; ALTER SEQUENCE numbers CACHE 20;" },
    { sql: 'ALTER SEQUENCE numbers OWNED BY orders.id;' },
  ],
});
