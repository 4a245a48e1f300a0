import { defineRule } from '../rule.js';
import { longestName, overlongNames, shortenedName } from '../support/identifier-length.js';
import { listed, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'Name longer than 63 bytes is cut short silently',
  why: 'PostgreSQL keeps 63 bytes of a name and only notices the rest: two long names may become one, and code that looks the full name up finds nothing.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: [
    'createTable',
    'createIndex',
    'addColumn',
    'addConstraint',
    'renameTable',
    'renameColumn',
    'renameIndex',
    'renameConstraint',
    'createView',
    'createTableAs',
    'createSequence',
    'createTrigger',
    'createPolicy',
    'createEnum',
    'createFunction',
  ],
  check(change, context) {
    if (context.statement.changes[0] !== change && context.statement.changes.findIndex((other) => other.kind === change.kind) > 0)
      return null;
    const names = overlongNames(context.statement.sql);
    if (names.length === 0) return null;
    let sql = statementText(context);
    for (const name of names) sql = sql.replaceAll(name, shortenedName(name));
    return {
      relation: 'table' in change ? change.table : undefined,
      why: `${listed(names)} ${names.length > 1 ? 'are' : 'is'} cut to ${longestName} bytes: a later migration or the application will not find ${names.length > 1 ? 'them' : 'it'} by ${names.length > 1 ? 'their' : 'its'} full name.`,
      fix: { summary: 'Choose shorter names.', sql },
    };
  },
  setup: 'CREATE TABLE orders (id bigint, customer_id bigint);',
  bad: [
    { sql: 'CREATE INDEX orders_customer_identifier_and_the_date_on_which_it_was_placed_index ON orders (customer_id);' },
    { sql: 'ALTER TABLE orders ADD COLUMN the_date_on_which_the_customer_has_confirmed_the_order_by_telephone date;' },
  ],
  good: [
    { sql: 'CREATE INDEX orders_customer ON orders (customer_id);' },
    { sql: "INSERT INTO orders (id) SELECT length('a_string_that_is_longer_than_sixty_three_bytes_is_not_a_name_at_all');" },
  ],
});
