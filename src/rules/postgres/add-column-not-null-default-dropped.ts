import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Default of a new NOT NULL column is dropped at once',
  why: 'Django and others add a NOT NULL column with a default and drop the default again: code that is still running does not know the column, and its inserts fail.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  supersedes: ['drop-default'],
  on: ['dropDefault'],
  check({ table, column }, context) {
    const earlier = [...context.before.flatMap((statement) => statement.changes), ...context.statement.changes];
    const added = earlier.find((change) => change.kind === 'addColumn' && change.table === table && change.definition.name === column);
    if (
      added?.kind !== 'addColumn' ||
      !added.definition.default ||
      !(added.definition.notNull || context.catalog.column(table, column)?.notNull)
    )
      return null;
    const definition = `${added.definition.type} DEFAULT ${added.definition.default.sql} NOT NULL`;
    return {
      relation: table,
      why: `Until the new code runs everywhere, every INSERT into ${shown(table)} that does not name ${column} fails.`,
      fix: {
        summary:
          'Keep the default in the database until no running code inserts without the column; drop it in a later migration. In Django: db_default.',
        sql: script(`ALTER TABLE ${table} ADD COLUMN ${quoteIdentifier(column)} ${definition}`),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [
    { sql: 'ALTER TABLE "orders" ADD COLUMN "rank" integer DEFAULT 1 NOT NULL; ALTER TABLE "orders" ALTER COLUMN "rank" DROP DEFAULT;' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD COLUMN rank integer DEFAULT 1 NOT NULL;' },
    { sql: 'ALTER TABLE orders ADD COLUMN rank integer DEFAULT 1; ALTER TABLE orders ALTER COLUMN rank DROP DEFAULT;' },
  ],
});
