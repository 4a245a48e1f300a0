import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { addColumnInSteps } from '../support/add-column-in-steps.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'New column of a domain with constraints rewrites the table',
  why: 'A domain with CHECK or NOT NULL makes PostgreSQL write every row anew, with or without a default.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['addColumn'],
  check(change, context) {
    const { table, definition } = change;
    const domain = context.catalog.types.get(definition.type);
    if (domain?.kind !== 'domain' || definition.generated || definition.identity || context.effects.rewrites.length === 0) return null;
    const column = quoteIdentifier(definition.name);
    const checks = [...domain.constraints.values()].flatMap(({ expression }, position) => {
      if (!expression) return [];
      const name = quoteIdentifier(freeName(context, table, [definition.name], position === 0 ? 'check' : `check${position + 1}`));
      const condition = expression.sql.replace(/\bvalue\b/gi, column);
      return [
        `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${condition}) NOT VALID`,
        `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`,
      ];
    });
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until all its rows and indexes are written anew.`,
      fix: {
        summary: `Use the domain's base type with the same CHECK on the table, NOT VALID first.`,
        sql: script(addColumnInSteps(change, context), checks),
      },
    };
  },
  setup:
    'CREATE DOMAIN positive AS integer CHECK (VALUE > 0); CREATE DOMAIN plain AS integer; CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders ADD COLUMN weight positive;' }, { sql: 'ALTER TABLE orders ADD COLUMN weight positive DEFAULT 1;' }],
  good: [{ sql: 'ALTER TABLE orders ADD COLUMN weight plain;' }, { sql: 'ALTER TABLE orders ADD COLUMN weight integer;' }],
});
