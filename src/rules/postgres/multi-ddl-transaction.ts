import { blockedBy } from '../../core/effects.js';
import { defineRule } from '../rule.js';
import { blockedTables, isTraffic } from '../support/earlier-statements.js';
import { underLockTimeout } from '../support/lock-timeout.js';
import { listed, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'One transaction locks several tables one after the other',
  why: 'Locks add up until commit: the first table stays locked while the migration waits for the second, and an application that takes them in another order ends in a deadlock.',
  source: 'https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS',
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
    'createIndex',
    'dropIndex',
    'dropTable',
    'renameColumn',
    'renameTable',
    'truncate',
    'createTrigger',
    'dropTrigger',
    'setRowSecurity',
    'createPolicy',
    'dropPolicy',
  ],
  check(change, context) {
    if (
      !context.transaction.open ||
      context.effects.error ||
      context.statement.changes.find((other) => other.kind === change.kind) !== change
    )
      return null;
    const held = new Set<string>();
    for (const statement of context.transaction.earlier) {
      const first = held.size === 0;
      for (const { relation, mode } of statement.effects.locks) {
        if (blockedBy(mode) === 'nothing' || held.has(relation) || !isTraffic(context, relation)) continue;
        if (!first) return null;
        held.add(relation);
      }
    }
    if (held.size === 0) return null;
    const added = blockedTables(context).filter((table) => !held.has(table));
    if (added.length === 0) return null;
    return {
      relation: added[0],
      why: `Traffic on ${listed([...held])} waits while the migration waits for ${listed(added)}; a transaction of the application that uses them the other way round ends in a deadlock.`,
      fix: { summary: 'One migration for each table, each under a short lock_timeout.', sql: underLockTimeout(statementText(context)) },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE customers (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN note text; ALTER TABLE customers ADD COLUMN note text;' }],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN note text; ALTER TABLE orders ADD COLUMN more text;' },
    { sql: 'ALTER TABLE orders ADD COLUMN note text; ALTER TABLE customers ADD COLUMN note text;', transaction: 'none' },
    { sql: 'CREATE TABLE fresh (id int); ALTER TABLE orders ADD COLUMN note text; ALTER TABLE fresh ADD COLUMN note text;' },
  ],
});
