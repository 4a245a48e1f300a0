import { defineRule } from '../rule.js';

/** From 64 open subtransactions on a session spills into shared memory (documentation, chapter 67.3). */
const many = 64;

export default defineRule({
  category: 'performance',
  severity: 'low',
  title: 'Many savepoints in one transaction',
  why: 'Beyond 64 subtransactions every snapshot of every session has to look them up on disk, which replicas feel most.',
  source: 'https://www.postgresql.org/docs/current/subxacts.html',
  quiet: true,
  on: ['transaction'],
  check(change, context) {
    if (change.action !== 'savepoint') return null;
    const earlier = context.before
      .flatMap((statement) => statement.changes)
      .filter((other) => other.kind === 'transaction' && other.action === 'savepoint').length;
    if (earlier + 1 !== many) return null;
    return {
      why: `The migration sets ${many} savepoints or more: visibility checks of all sessions slow down while it runs.`,
      fix: { summary: 'Commit between batches in place of savepoints.', sql: null },
    };
  },
  bad: [{ sql: Array.from({ length: many }, (_unused, at) => `SAVEPOINT step_${at};`).join(' ') }],
  good: [{ sql: 'SAVEPOINT step; RELEASE SAVEPOINT step;' }],
});
