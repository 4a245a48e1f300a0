import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { besides, shown } from '../support/names.js';
import { script } from '../support/script.js';

const words: Record<string, string> = {
  type: 'type',
  domain: 'domain',
  function: 'function',
  procedure: 'procedure',
  sequence: 'sequence',
  view: 'view',
  materializedView: 'materialized view',
};

export default defineRule({
  category: 'compatibility',
  severity: 'medium',
  title: 'An object that code calls by name is renamed',
  why: 'Old code knows only the old name of a type, function, sequence or view, and function bodies are not changed: what names it fails.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['rename', 'renameTable'],
  check(change, context) {
    const name = change.kind === 'rename' ? change.name : change.table;
    const kind = change.kind === 'rename' ? change.objectKind : (context.relation(name)?.kind ?? 'table');
    const word = words[kind];
    const origin =
      context.relation(name)?.origin ?? context.catalog.types.get(name)?.origin ?? context.catalog.functions.get(name)?.[0]?.origin;
    if (
      !word ||
      origin?.judged ||
      context.after.some(({ changes }) => changes.some((other) => other.kind === 'createView' && other.view === name))
    )
      return null;
    const alias =
      kind === 'view'
        ? script(
            'BEGIN',
            `ALTER VIEW ${name} RENAME TO ${quoteIdentifier(change.to)}`,
            `CREATE VIEW ${name} AS SELECT * FROM ${besides(name, change.to)}`,
            'COMMIT',
          )
        : null;
    return {
      relation: context.relation(name) ? name : undefined,
      needs: ['applicationCode'],
      why: `Statements and function bodies that still say ${shown(name)} fail from the moment of the migration.`,
      fix: { summary: `Make the ${word} anew under the new name and keep the old one until no code uses it.`, sql: alias },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE VIEW order_ids AS SELECT id FROM orders; CREATE SEQUENCE order_number; CREATE TYPE point3 AS (x integer, y integer, z integer);',
  bad: [
    { sql: 'ALTER VIEW order_ids RENAME TO ids;' },
    { sql: 'ALTER SEQUENCE order_number RENAME TO order_numbers;' },
    { sql: 'ALTER TYPE point3 RENAME TO point_3;' },
  ],
  good: [{ sql: 'CREATE VIEW ids AS SELECT id FROM orders; ALTER VIEW ids RENAME TO all_ids;' }],
});
