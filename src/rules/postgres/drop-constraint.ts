import { defineRule } from '../rule.js';
import { hasLockTimeout, underLockTimeout } from '../support/lock-timeout.js';
import { backingIndex, indexBuiltOnline } from '../support/index-sql.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'Constraint is dropped under ACCESS EXCLUSIVE',
  why: 'The lock is brief once it is had. With UNIQUE the index goes too: queries that use it turn into full scans, and making it anew takes a build.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropConstraint'],
  check({ table, constraint: name }, context) {
    const constraint = context.catalog.constraint(table, name);
    if (!constraint || constraint.kind === 'foreignKey' || constraint.kind === 'primaryKey' || context.effects.error) return null;
    const columns = constraint.columns.join(', ');
    if (constraint.index) {
      const isCovered = context.catalog
        .indexesOf(table)
        .some((index) => index.name !== constraint.index && !index.predicate && index.keys[0]?.column === constraint.columns[0]);
      if (isCovered && hasLockTimeout(context)) return null;
      const plain = {
        ...backingIndex(table, constraint.columns, freeName(context, table, constraint.columns, 'idx'), constraint),
        unique: false,
        nullsNotDistinct: false,
      };
      return {
        relation: table,
        severity: 'medium',
        needs: ['indexUsage'],
        why: `Queries of ${shown(table)} that look up ${columns} turn into full scans, and duplicates are no longer refused; ON CONFLICT (${columns}) of running code fails.`,
        fix: {
          summary: 'Where queries need the index, build another one concurrently first; then drop the constraint under a lock_timeout.',
          sql: `${isCovered ? '' : `${script(indexBuiltOnline(context, plain))}\n`}${underLockTimeout(statementText(context))}`,
        },
      };
    }
    // The CHECK that proved NOT NULL has done its work, and one that was not valid held nothing yet.
    const isProof = constraint.expression?.provesNotNull.some((column) => context.catalog.column(table, column)?.notNull);
    if (isProof || !constraint.valid || hasLockTimeout(context)) return null;
    return {
      relation: table,
      why: `While the lock is queued for, reads and writes of ${shown(table)} wait; from then on rows are no longer checked against ${name}.`,
      fix: { summary: 'Give up quickly with lock_timeout and try again.', sql: underLockTimeout(statementText(context)) },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, code text CONSTRAINT code_unique UNIQUE, amount integer CONSTRAINT positive CHECK (amount > 0), note text NOT NULL, CONSTRAINT note_there CHECK (note IS NOT NULL));',
  bad: [{ sql: 'ALTER TABLE orders DROP CONSTRAINT positive;' }, { sql: 'ALTER TABLE orders DROP CONSTRAINT code_unique;' }],
  good: [
    { sql: "SET lock_timeout = '2s'; ALTER TABLE orders DROP CONSTRAINT positive;" },
    { sql: 'ALTER TABLE orders DROP CONSTRAINT note_there;' },
  ],
});
