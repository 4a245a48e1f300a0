import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { listed, withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'medium',
  title: 'Foreign keys to several tables in one transaction',
  why: 'Writes to every referenced table are held up until the last key is made, and transactions of the application that touch them in another order end in deadlocks.',
  source: 'documentation: 13.3.4 Deadlocks',
  on: ['addConstraint'],
  check({ table, constraint }, context) {
    const parent = constraint.references?.table;
    if (constraint.kind !== 'foreignKey' || !parent || parent === table || !context.transaction.open || context.isNew(table)) return null;
    const earlier = context.transaction.earlier.filter((statement) =>
      statement.changes.some((change) => change.kind === 'addConstraint' && change.constraint.references && !context.isNew(change.table)),
    );
    const others = earlier.flatMap((statement) =>
      statement.changes.flatMap((change) =>
        change.kind === 'addConstraint' && change.constraint.references ? [change.constraint.references.table, change.table] : [],
      ),
    );
    const locked = [...new Set(others)].filter((other) => other !== parent && !context.isNew(other));
    const otherParents = earlier
      .flatMap((statement) =>
        statement.changes.flatMap((change) =>
          change.kind === 'addConstraint' && change.constraint.references ? [change.constraint.references.table] : [],
        ),
      )
      .filter((other) => other !== parent && other !== table && !context.isNew(other));
    if (otherParents.length === 0) return null;
    return {
      relation: parent,
      why: `Writes to ${listed([...new Set([...locked, table, parent])].map(shown))} wait together until the transaction ends.`,
      fix: {
        summary: 'One foreign key a transaction: a migration of its own for each.',
        sql: script(
          earlier.map((statement) => withoutSemicolon(statement.sql)),
          ownSql(context),
        ),
      },
    };
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE shops (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, shop_id bigint, second_id bigint);',
  bad: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID; ALTER TABLE orders ADD CONSTRAINT b FOREIGN KEY (shop_id) REFERENCES shops (id) NOT VALID;',
    },
  ],
  good: [
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID; ALTER TABLE orders ADD CONSTRAINT b FOREIGN KEY (shop_id) REFERENCES shops (id) NOT VALID;',
      transaction: 'none',
    },
    {
      sql: 'ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID; ALTER TABLE orders ADD CONSTRAINT b FOREIGN KEY (second_id) REFERENCES customers (id) NOT VALID;',
    },
  ],
});
