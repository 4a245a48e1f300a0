import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnList, columnsUsing } from '../support/columns-of-type.js';
import { underLockTimeout } from '../support/lock-timeout.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'DROP TYPE … CASCADE drops every column of the enum',
  why: 'Dropping an enum with CASCADE, to make it anew without a value, drops the columns that use it with everything in them.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropType'],
  check(change, context) {
    const type = context.catalog.types.get(change.type);
    if (!change.cascade || type?.kind !== 'enum') return null;
    const columns = columnsUsing(context, change.type).filter(({ table }) => !context.isNew(table));
    if (columns.length === 0) return null;
    return {
      relation: columns[0]?.table,
      destructive: true,
      why: `The columns ${columnList(columns)} are dropped with all their values, and reads and writes of their tables wait meanwhile.`,
      fix: {
        summary:
          'Add a column of the new type beside each, copy in batches, move the code over, and drop the old column and type in a later migration, without CASCADE.',
        sql: underLockTimeout(
          columns
            .map(
              ({ table, column, isArray }) =>
                `ALTER TABLE ${table} ADD COLUMN ${quoteIdentifier(`${column}_new`)} ${isArray ? 'text[]' : 'text'};`,
            )
            .join('\n'),
        ),
      },
    };
  },
  setup:
    "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE days (id bigint PRIMARY KEY, mood mood); CREATE TYPE unused AS ENUM ('a');",
  bad: [{ sql: 'DROP TYPE mood CASCADE;' }],
  good: [{ sql: 'DROP TYPE unused CASCADE;' }, { sql: 'DROP TYPE unused;' }],
});
