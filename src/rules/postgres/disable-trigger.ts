import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';

export default defineRule({
  category: 'correctness',
  severity: 'high',
  title: 'Triggers switched off',
  why: 'While a trigger is off nobody checks or records what it stood for; ALL also switches foreign keys off, and rows written meanwhile are never checked.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['switchTrigger'],
  check(change, context) {
    if (change.enable || change.isRule || context.effects.error) return null;
    const returns = context.after.some((statement) =>
      statement.changes.some(
        (later) =>
          later.kind === 'switchTrigger' &&
          later.table === change.table &&
          later.enable &&
          !later.isRule &&
          (later.which === 'all' || later.which === change.which),
      ),
    );
    if (returns && change.which !== 'all' && context.transaction.open) return null;
    const which = change.which === 'name' ? quoteIdentifier(change.trigger ?? '') : 'USER';
    return {
      relation: change.table,
      severity: change.which === 'name' ? 'medium' : 'high',
      why:
        change.which === 'all'
          ? `Rows of ${change.table} that break a foreign key get in, and stay: switching the triggers on again checks nothing.`
          : `What ${change.which === 'name' ? change.trigger : 'the triggers'} of ${change.table} did is not done for writes of the application${returns ? ' until they are on again' : ''}.`,
      fix: {
        summary:
          'Leave it on; if the migration must write without it, switch that one trigger off and on within one transaction, which keeps other writers out.',
        sql: `BEGIN;\nSET LOCAL lock_timeout = '2s';\nALTER TABLE ${change.table} DISABLE TRIGGER ${which};\n-- the writes\nALTER TABLE ${change.table} ENABLE TRIGGER ${which};\nCOMMIT;`,
      },
    };
  },
  setup: `CREATE TABLE orders (id bigint); CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp();`,
  bad: [{ sql: 'ALTER TABLE orders DISABLE TRIGGER ALL;' }, { sql: 'ALTER TABLE orders DISABLE TRIGGER orders_stamp;' }],
  good: [
    {
      sql: 'ALTER TABLE orders DISABLE TRIGGER orders_stamp; UPDATE orders SET id = 1 WHERE id = 0; ALTER TABLE orders ENABLE TRIGGER orders_stamp;',
    },
    { sql: 'ALTER TABLE orders ENABLE TRIGGER ALL;' },
  ],
});
