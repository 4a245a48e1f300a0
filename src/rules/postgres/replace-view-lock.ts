import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'Replacing a view locks its readers out for a moment',
  why: 'CREATE OR REPLACE VIEW takes an ACCESS EXCLUSIVE lock on the view: it waits behind every query on it, and later ones wait behind it.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['missing-lock-timeout'],
  on: ['createView'],
  check(change, context) {
    if (!change.replace || !context.relation(change.view)) return null;
    return briefLock(context, change.view, `Queries on ${change.view} wait behind the change while it waits for those that run now.`);
  },
  setup: 'CREATE TABLE orders (id bigint, code text); CREATE VIEW order_codes AS SELECT id, code FROM orders;',
  bad: [{ sql: 'CREATE OR REPLACE VIEW order_codes AS SELECT id, code FROM orders WHERE id > 0;' }],
  good: [
    { sql: "SET lock_timeout = '2s'; CREATE OR REPLACE VIEW order_codes AS SELECT id, code FROM orders;" },
    { sql: 'CREATE OR REPLACE VIEW other AS SELECT id FROM orders;' },
  ],
});
