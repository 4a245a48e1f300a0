import { defineRule } from '../rule.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Objects are dropped or handed over by their owner, unnamed',
  why: 'DROP OWNED drops every object of a role in this database and takes all its privileges away; REASSIGN OWNED hands all of them over, whatever they are.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['privileges'],
  on: ['dropOwned', 'reassignOwned'],
  check(change) {
    const roles = listed(change.roles);
    const drops = change.kind === 'dropOwned';
    return {
      severity: drops ? 'high' : 'medium',
      destructive: drops,
      needs: ['privileges'],
      why: drops
        ? `Every table that ${roles} owns is lost with its rows, and clients that log in as ${roles} lose their privileges.`
        : `Objects that ${roles} owns change hands, and with them who may alter or drop them.`,
      fix: { summary: 'Name the objects: DROP or ALTER … OWNER TO one by one, REVOKE for the privileges.', sql: null },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'DROP OWNED BY CURRENT_USER;', unrunnable: 'it needs a role of its own on the server that the tests share' },
    { sql: 'REASSIGN OWNED BY reporting TO admin;', unrunnable: 'it needs roles of its own on the server that the tests share' },
  ],
  good: [{ sql: 'ALTER TABLE orders OWNER TO CURRENT_USER;' }],
});
