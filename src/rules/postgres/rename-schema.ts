import { qualify, quoteIdentifier, splitQualified } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { script } from '../support/script.js';
import { bareName } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Schema is renamed under running code',
  why: 'No table is locked, but every statement and every search_path that names the old schema fails at once.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['rename'],
  check({ objectKind, name, to }, context) {
    if (objectKind !== 'schema') return null;
    const schema = bareName(name);
    const inside = [...context.catalog.relations.values()].filter(
      (relation) => splitQualified(relation.name).schema === schema && ['table', 'partitionedTable', 'view'].includes(relation.kind),
    );
    if (inside.length > 0 && inside.every((relation) => relation.origin.judged)) return null;
    return {
      needs: ['applicationCode'],
      why: `Statements that still say ${schema}. fail from the moment of the migration until all code is replaced.`,
      fix: {
        summary: 'Make the new schema with a view of each table, move the code over, move the tables later.',
        sql: script(
          `CREATE SCHEMA ${quoteIdentifier(to)}`,
          inside.map((relation) => `CREATE VIEW ${qualify(to, bareName(relation.name))} AS SELECT * FROM ${relation.name}`),
        ),
      },
    };
  },
  setup: 'CREATE SCHEMA billing; CREATE TABLE billing.invoices (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER SCHEMA billing RENAME TO finance;' }],
  good: [{ sql: 'CREATE SCHEMA finance; CREATE VIEW finance.invoices AS SELECT * FROM billing.invoices;' }],
});
