import { defineRule } from '../rule.js';
import { briefLock } from '../support/lock-timeout.js';
import { shown } from '../support/names.js';

export default defineRule({
  category: 'lock',
  severity: 'low',
  title: 'Storage or compression is for new rows only, and takes ACCESS EXCLUSIVE',
  why: 'Old values stay as they are until they are written again; the lock is brief, but all traffic queues behind it while it waits.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['setColumnStorage', 'setColumnCompression'],
  check({ table, column }, context) {
    return briefLock(
      context,
      table,
      `While the ALTER waits for its lock, reads and writes of ${shown(table)} wait too; values of ${column} that are there stay as they are.`,
    );
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL;' },
    { sql: 'ALTER TABLE orders ALTER COLUMN note SET COMPRESSION pglz;' },
  ],
  good: [{ sql: "SET lock_timeout = '2s'; ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL;" }],
});
