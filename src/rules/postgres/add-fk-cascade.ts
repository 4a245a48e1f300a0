import type { ConstraintDefinition } from '../../core/change.js';
import { defineRule } from '../rule.js';
import { constraintBody } from '../../sql/postgres/write/constraint-text.js';
import { constraintLabel } from '../support/constraint-sql.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'data',
  severity: 'low',
  title: 'Deletes in another table reach into this one',
  why: 'ON DELETE CASCADE turns one DELETE into as many as there are rows that point to it, in one transaction. ON DELETE SET NULL on a NOT NULL column makes every such DELETE fail (23502).',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['addConstraint', 'addColumn', 'createTable'],
  check(change, context) {
    const columns = change.kind === 'addColumn' ? [change.definition] : change.kind === 'createTable' ? change.columns : [];
    const keys: ConstraintDefinition[] =
      change.kind === 'addConstraint'
        ? [change.constraint]
        : [...columns.flatMap((column) => column.constraints), ...(change.kind === 'createTable' ? change.constraints : [])];
    const isNotNull = (name: string): boolean =>
      columns.find((column) => column.name === name)?.notNull ?? context.catalog.column(change.table, name)?.notNull ?? false;
    for (const key of keys) {
      if (!key.references) continue;
      const { table: parent, onDelete } = key.references;
      const blocked = onDelete === 'setNull' ? key.columns.find(isNotNull) : undefined;
      if (blocked) {
        return {
          severity: 'high',
          title: 'ON DELETE SET NULL on a column that is NOT NULL',
          why: `Every DELETE in ${shown(parent)} of a row that ${shown(change.table)} points to fails, because ${blocked} may not be NULL.`,
          fix: {
            summary: 'Let the column be nullable, or restrict the delete.',
            sql:
              change.kind === 'addConstraint'
                ? script(
                    `ALTER TABLE ${change.table} ADD CONSTRAINT ${constraintLabel(context, change.table, key)} ${constraintBody({ ...key, references: { ...key.references, onDelete: 'restrict' } })} NOT VALID`,
                  )
                : null,
          },
        };
      }
      if (onDelete !== 'cascade' || change.kind === 'createTable') continue;
      return {
        relation: change.table,
        why: `One DELETE in ${shown(parent)} deletes all rows of ${shown(change.table)} that point to it, and locks them until it commits.`,
        fix: {
          summary: 'Where that is not meant: no action on delete, and delete the rows explicitly, in batches.',
          sql:
            change.kind === 'addConstraint'
              ? script(
                  `ALTER TABLE ${change.table} ADD CONSTRAINT ${constraintLabel(context, change.table, key)} ${constraintBody({ ...key, references: { ...key.references, onDelete: 'noAction' } })} NOT VALID`,
                )
              : null,
        },
      };
    }
    return null;
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, payer_id bigint);',
  bad: [
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE NOT VALID;' },
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL NOT VALID;' },
    { sql: 'CREATE TABLE notes (customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE SET NULL);' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (payer_id) REFERENCES customers (id) ON DELETE SET NULL NOT VALID;' },
    { sql: 'CREATE TABLE notes (customer_id bigint REFERENCES customers (id) ON DELETE CASCADE);' },
  ],
});
