import { qualify, quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { script } from '../support/script.js';
import { bareName } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Object is moved to another schema under running code',
  why: 'Old code looks for it where it was, by name or by search_path: its statements fail until it is replaced.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['setSchema'],
  check({ objectKind, name, schema }, context) {
    const following = context.after.flatMap(({ changes }) => changes);
    const origin =
      context.relation(name)?.origin ?? context.catalog.types.get(name)?.origin ?? context.catalog.functions.get(name)?.[0]?.origin;
    if (objectKind === 'extension' || origin?.judged || following.some((change) => change.kind === 'createView' && change.view === name))
      return null;
    const moves = [
      `ALTER TABLE ${name} SET SCHEMA ${quoteIdentifier(schema)}`,
      `CREATE VIEW ${name} AS SELECT * FROM ${qualify(schema, bareName(name))}`,
    ];
    return {
      relation: context.relation(name) ? name : undefined,
      needs: ['applicationCode'],
      why: `Statements that look for ${shown(name)} where it was fail from the moment of the migration until all code is replaced.`,
      fix: {
        summary: 'Move it and, in the same transaction, leave a view of the old name behind; drop the view when no code uses it.',
        sql: objectKind === 'table' ? script('BEGIN', moves, 'COMMIT') : null,
      },
    };
  },
  setup: 'CREATE SCHEMA archive; CREATE TABLE orders (id bigint PRIMARY KEY);',
  bad: [{ sql: 'ALTER TABLE orders SET SCHEMA archive;' }],
  good: [{ sql: 'ALTER TABLE orders SET SCHEMA archive; CREATE VIEW orders AS SELECT * FROM archive.orders;' }],
});
