import { defineRule } from '../rule.js';
import { keyText } from '../../sql/postgres/write/index-text.js';
import { indexBuiltOnline } from '../support/index-sql.js';
import { besides, freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'CREATE INDEX IF NOT EXISTS keeps another index of that name',
  why: 'Only the name is compared: an index over other columns, or another table, stays as it is, and the migration counts as applied.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  supersedes: ['concurrently-invalid-leftover'],
  on: ['createIndex'],
  check({ index, ifNotExists }, context) {
    if (!ifNotExists || index.name === null) return null;
    const existing = context.catalog.indexes.get(besides(index.table, index.name));
    if (!existing) return null;
    const shape = (other: typeof index): string =>
      [other.table, other.unique, other.method, ...other.keys.map(keyText), other.include.join(), other.predicate?.sql ?? ''].join('|');
    const plain = (text: string): string => text.replaceAll(/[\s()"]/g, '').toLowerCase();
    if (plain(shape(existing)) === plain(shape(index))) return null;
    const columns = index.keys.map((key) => key.column ?? 'expr');
    return {
      relation: index.table,
      why: `${shown(existing.name)} is there with another definition: queries of ${shown(index.table)} that were to use the new one stay slow${index.unique && !existing.unique ? ', and duplicates are not refused' : ''}.`,
      fix: {
        summary: 'Give the new index a name of its own and build it concurrently; drop the old one later if nothing uses it.',
        sql: script(indexBuiltOnline(context, { ...index, name: freeName(context, index.table, columns, 'idx') })),
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text); CREATE INDEX orders_idx ON orders (code);',
  bad: [
    { sql: 'CREATE INDEX IF NOT EXISTS orders_idx ON orders (note);' },
    { sql: 'CREATE UNIQUE INDEX IF NOT EXISTS orders_idx ON orders (code);' },
  ],
  good: [
    { sql: 'CREATE INDEX IF NOT EXISTS orders_idx ON orders (code);' },
    { sql: 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);', transaction: 'none' },
  ],
});
