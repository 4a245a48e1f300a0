import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'high',
  title: 'VALIDATE beside another subcommand reads the table under its lock',
  why: 'One ALTER TABLE takes the strongest lock that any of its subcommands needs: validation, which lets traffic go on when it stands alone, then keeps everybody out.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['validateConstraint'],
  check(change, context) {
    const others = context.statement.changeEffects.filter(
      (effects, at) =>
        context.statement.changes[at] !== change &&
        effects.locks.some((lock) => lock.relation === change.table && lock.mode === 'AccessExclusiveLock'),
    );
    if (others.length === 0 || context.effects.scans.length === 0 || context.effects.error) return null;
    const name = quoteIdentifier(change.constraint);
    const written = `VALIDATE\\s+CONSTRAINT\\s+"?${change.constraint.replace(/[^\w]/g, '\\$&')}"?`;
    const rest = withoutSemicolon(context.statement.sql).replace(new RegExp(`,\\s*${written}|${written}\\s*,\\s*`, 'i'), '');
    return {
      relation: change.table,
      why: `Reads and writes of ${change.table} wait until every row is checked.`,
      fix: {
        summary: 'Split the statement: first what needs the strong lock, then VALIDATE alone, in another transaction.',
        sql: `${rest};\nALTER TABLE ${change.table} VALIDATE CONSTRAINT ${name};`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, total numeric); ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0) NOT VALID;',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN note text, VALIDATE CONSTRAINT positive;' },
    { sql: 'ALTER TABLE orders VALIDATE CONSTRAINT positive, ALTER COLUMN total SET DEFAULT 0;' },
  ],
  good: [
    { sql: 'ALTER TABLE orders VALIDATE CONSTRAINT positive;' },
    { sql: 'ALTER TABLE orders ADD COLUMN note text; ALTER TABLE orders VALIDATE CONSTRAINT positive;', transaction: 'none' },
  ],
});
