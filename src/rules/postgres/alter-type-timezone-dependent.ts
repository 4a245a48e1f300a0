import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { typeBefore } from '../support/type-change.js';

const kindOf = (type: string): 'with' | 'without' | null =>
  /^timestamp(\(\d\))? with time zone$/.test(type) ? 'with' : /^timestamp(\(\d\))? without time zone$/.test(type) ? 'without' : null;

export default defineRule({
  category: 'correctness',
  severity: 'high',
  title: 'Values are converted in the time zone of the session',
  why: 'Between timestamp and timestamptz the TimeZone of the migrating session decides what each value means: another default on another server shifts all of them. Only in UTC is there no rewrite.',
  source: 'measured: PostgreSQL 14 to 18',
  supersedes: ['alter-type-rewrite'],
  needs: ['timeZone'],
  on: ['alterColumnType'],
  check(change, context) {
    const [from, to] = [kindOf(typeBefore(change, context) ?? ''), kindOf(change.type)];
    if (!from || !to || from === to || context.effects.error) return null;
    if (change.using && /at\s+time\s+zone/i.test(change.using.sql)) return null;
    const settings = context.before
      .flatMap((statement) => statement.changes)
      .filter((earlier) => earlier.kind === 'set' && /^time ?zone$/i.test(earlier.name));
    const zone = settings.length > 0 ? context.session.timeZone : null;
    if (zone && context.effects.rewrites.length === 0) return null;
    return {
      relation: change.table,
      needs: context.session.timeZone === null ? ['timeZone'] : [],
      why: `All values of ${change.column} in ${shown(change.table)} are read as ${zone ?? context.session.timeZone ?? "the session's own zone"}; unless that is UTC, its traffic waits for a rewrite as well.`,
      fix: {
        summary:
          'Set the zone that the values are kept in: with UTC nothing is rewritten. For another zone use a new column filled by AT TIME ZONE.',
        sql: script("SET timezone = 'UTC'", ownSql(context), 'RESET timezone'),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, paid_at timestamp, code varchar(10));',
  bad: [
    { sql: 'ALTER TABLE orders ALTER COLUMN paid_at TYPE timestamptz;' },
    { sql: "SET timezone = 'Europe/Paris'; ALTER TABLE orders ALTER COLUMN paid_at TYPE timestamptz;" },
  ],
  good: [
    { sql: "SET timezone = 'UTC'; ALTER TABLE orders ALTER COLUMN paid_at TYPE timestamptz;" },
    { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text;' },
  ],
});
