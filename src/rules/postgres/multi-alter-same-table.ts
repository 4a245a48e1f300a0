import { defineRule } from '../rule.js';
import { withoutSemicolon } from '../support/statement-text.js';

const head = /^\s*ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?\s+/i;

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Several ALTER TABLE of one table that could be one',
  why: 'Subcommands of one ALTER TABLE share one lock and one pass over the table.',
  source: 'measured: PostgreSQL 14 to 18',
  quiet: true,
  on: [
    'addColumn',
    'dropColumn',
    'alterColumnType',
    'setNotNull',
    'dropNotNull',
    'setDefault',
    'dropDefault',
    'addConstraint',
    'dropConstraint',
  ],
  check(change, context) {
    const previous = context.before.at(-1);
    const isSame = previous?.changes.every(
      (other) => 'table' in other && other.table === change.table && other.kind !== 'renameColumn' && other.kind !== 'validateConstraint',
    );
    if (!previous || !isSame || context.statement.changes[0] !== change || !head.test(previous.sql) || !head.test(context.statement.sql))
      return null;
    return {
      relation: change.table,
      why: `${change.table} is locked, and where rows are read read, once for each of them.`,
      fix: {
        summary: 'Put them into one statement.',
        sql: `${withoutSemicolon(previous.sql)}, ${withoutSemicolon(context.statement.sql).replace(head, '')};`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint); CREATE TABLE items (id bigint);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN a int; ALTER TABLE orders ADD COLUMN b int;' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int;' },
    { sql: 'ALTER TABLE orders ADD COLUMN a int; ALTER TABLE items ADD COLUMN b int;' },
  ],
});
