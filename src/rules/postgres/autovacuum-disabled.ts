import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

const settings = ['autovacuum_enabled', 'toast.autovacuum_enabled'];

export default defineRule({
  category: 'performance',
  severity: 'medium',
  title: 'Autovacuum switched off for a table',
  why: 'Without autovacuum dead rows stay, statistics grow old, and an emergency vacuum against wraparound comes at the worst moment.',
  source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html',
  evenWhenNew: true,
  on: ['setStorageParameters'],
  check(change, context) {
    const isOff = (parameters: Record<string, string>): boolean =>
      settings.some((name) => /^(false|off|0|no)$/i.test(parameters[name] ?? ''));
    if (change.reset || !isOff(change.parameters)) return null;
    const returns = context.after.some((statement) =>
      statement.changes.some(
        (later) =>
          later.kind === 'setStorageParameters' &&
          later.relation === change.relation &&
          settings.some((name) => name in later.parameters) &&
          (later.reset || !isOff(later.parameters)),
      ),
    );
    if (returns) return null;
    return {
      relation: change.relation,
      why: `${change.relation} grows with every update and delete, and queries on it are planned from old statistics.`,
      fix: {
        summary: 'Leave it on and make it run more often; switch it off only around a load, and on again in the same migration.',
        sql: context.relation(change.relation)
          ? `ALTER TABLE ${change.relation} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.01);`
          : statementText(context),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint);',
  bad: [{ sql: 'ALTER TABLE orders SET (autovacuum_enabled = false);' }, { sql: 'ALTER TABLE orders SET (autovacuum_enabled = off);' }],
  good: [
    { sql: 'ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.02);' },
    {
      sql: 'ALTER TABLE orders SET (autovacuum_enabled = false); INSERT INTO orders (id) VALUES (1); ALTER TABLE orders RESET (autovacuum_enabled);',
    },
  ],
});
