import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { freeName, shown } from '../support/names.js';
import { ownSql, script } from '../support/script.js';
import { indexBuiltOnline, backingIndex } from '../support/index-sql.js';

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Primary key is dropped',
  why: 'Logical replication of UPDATE and DELETE fails without a replica identity, ON CONFLICT on the key and GROUP BY that relies on it fail, and duplicates are no longer refused.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode', 'replicas'],
  supersedes: ['drop-constraint'],
  on: ['dropConstraint'],
  check({ table, constraint: name, cascade }, context) {
    const key = context.catalog.constraint(table, name);
    if (key?.kind !== 'primaryKey' || context.relation(table)?.replicaIdentity === 'index') return null;
    const later = [...context.statement.changes, ...context.after.flatMap(({ changes }) => changes)];
    if (
      later.some(
        (change) =>
          change.kind === 'addConstraint' &&
          change.table === table &&
          change.constraint.kind === 'primaryKey' &&
          change.constraint.usingIndex,
      )
    )
      return null;
    const isReferenced = context.catalog.foreignKeysTo(table).length > 0;
    const index = freeName(context, table, key.columns, 'idx');
    const isPartitioned = context.relation(table)?.kind === 'partitionedTable';
    return {
      relation: table,
      needs: context.facts ? ['applicationCode'] : ['applicationCode', 'replicas'],
      why: `Lookups of ${shown(table)} by ${key.columns.join(', ')} turn into full scans, upserts on it fail, and UPDATE and DELETE fail where the table is published.`,
      fix: {
        summary:
          'Build the index of the next key concurrently, make it the replica identity, and exchange the keys in one short transaction (DROP CONSTRAINT, ADD PRIMARY KEY USING INDEX).',
        sql:
          isReferenced || cascade || isPartitioned
            ? null
            : script(
                indexBuiltOnline(context, backingIndex(table, key.columns, index, key)),
                `ALTER TABLE ${table} REPLICA IDENTITY USING INDEX ${quoteIdentifier(index)}`,
                ownSql(context),
              ),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, number bigint NOT NULL); CREATE UNIQUE INDEX orders_number_idx ON orders (number);',
  bad: [{ sql: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey;' }],
  good: [{ sql: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_number_idx;' }],
});
