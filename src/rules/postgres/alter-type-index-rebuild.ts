import { defineRule } from '../rule.js';
import { indexBuiltOnline } from '../support/index-sql.js';
import { shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { bareName } from '../support/statement-text.js';

export default defineRule({
  category: 'indexBuild',
  severity: 'high',
  title: 'Change of type or collation rebuilds indexes',
  why: 'The table is not written anew, but each index on the column is, while ACCESS EXCLUSIVE is held: another collation, text to citext, integer to oid.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['alterColumnType'],
  check({ table }, context) {
    const { rewrites, indexBuilds, error } = context.effects;
    if (error || rewrites.length > 0 || indexBuilds.length === 0) return null;
    const indexes = indexBuilds.map((name) => context.catalog.indexes.get(name)).filter((index) => index !== undefined);
    const plain = indexes.every(
      (index) => !index.constraint && !index.parent && context.relation(index.table)?.kind !== 'partitionedTable',
    );
    const steps = [
      ...indexes.map((index) => `DROP INDEX CONCURRENTLY ${index.name}`),
      ownSql(context),
      ...indexes.flatMap((index) => indexBuiltOnline(context, { ...index, name: bareName(index.name) })),
    ];
    return {
      relation: table,
      why: `Every read and write of ${shown(table)} waits until ${indexBuilds.map(shown).join(', ')} is built anew.`,
      fix: {
        summary:
          'Drop the index, change the type, build the index concurrently, each outside a transaction; or change to a new column when queries cannot do without it.',
        sql: plain && indexes.length > 0 ? script(steps) : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text); CREATE INDEX orders_code_idx ON orders (code);',
  bad: [{ sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text COLLATE "C";' }],
  good: [
    { sql: 'ALTER TABLE orders ALTER COLUMN note TYPE text COLLATE "C";' },
    { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE varchar;' },
  ],
});
