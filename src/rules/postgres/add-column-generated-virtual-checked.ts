import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { validatedLater } from '../support/constraint-sql.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'Constraint on a new virtual column reads the whole table',
  why: 'A virtual column itself costs nothing, but NOT NULL or CHECK on it is proven for every row while ACCESS EXCLUSIVE is held.',
  source: 'measured: PostgreSQL 18',
  sizeMatters: true,
  on: ['addColumn'],
  check({ table, definition }, context) {
    if (!definition.generated || definition.generated.stored || context.effects.scans.length === 0) return null;
    const column = quoteIdentifier(definition.name);
    const checks = definition.constraints.filter((constraint) => constraint.kind === 'check');
    const name = quoteIdentifier(freeName(context, table, [definition.name], 'not_null'));
    const notNull = definition.notNull
      ? [`ALTER TABLE ${table} ADD CONSTRAINT ${name} NOT NULL ${column} NOT VALID`, `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`]
      : [];
    const add = `ALTER TABLE ${table} ADD COLUMN ${column} ${definition.type} GENERATED ALWAYS AS (${definition.generated.expression.sql}) VIRTUAL`;
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until ${definition.name} is computed and checked for all rows.`,
      fix: {
        summary: 'Add the column bare, the constraint NOT VALID, and validate it afterwards.',
        sql: script(
          add,
          checks.flatMap((check) => validatedLater(context, table, check)),
          notNull,
        ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net numeric);',
  bad: [
    { sql: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net * 2) VIRTUAL CHECK (gross >= 0);', versions: [18, 18] },
    { sql: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (coalesce(net, 0)) VIRTUAL NOT NULL;', versions: [18, 18] },
  ],
  good: [{ sql: 'ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (net * 2) VIRTUAL;', versions: [18, 18] }],
});
