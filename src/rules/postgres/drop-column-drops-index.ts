import { indexUses } from '../../sql/catalog/apply/columns.js';
import { defineRule } from '../rule.js';
import { indexBuiltOnline } from '../support/index-sql.js';
import { freeName, shown } from '../support/names.js';
import { script } from '../support/script.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Indexes over several columns go with the column',
  why: 'DROP COLUMN drops every index, unique rule and key that mentions the column without a word, also those that serve other columns.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  on: ['dropColumn'],
  check({ table, column }, context) {
    if (context.effects.error) return null;
    const lost = context.catalog
      .indexesOf(table)
      .filter((index) => indexUses(index, column) && index.keys.some((key) => key.column !== null && key.column !== column));
    if (lost.length === 0) return null;
    const replacements = lost.flatMap((index) => {
      const keys = index.keys.filter((key) => key.column !== column && !key.expression?.columns.includes(column));
      const covered = context.catalog.indexesOf(table).some((other) => !lost.includes(other) && other.keys[0]?.column === keys[0]?.column);
      if (keys.length === 0 || covered || index.predicate?.columns.includes(column)) return [];
      const include = index.include.filter((name) => name !== column);
      return indexBuiltOnline(context, {
        ...index,
        keys,
        include,
        unique: false,
        nullsNotDistinct: false,
        name: freeName(
          context,
          table,
          keys.map((key) => key.column ?? 'expr'),
          'idx',
        ),
      });
    });
    return {
      relation: table,
      destructive: true,
      why: `${lost.map((index) => shown(index.name)).join(', ')} ${lost.length === 1 ? 'goes' : 'go'} with ${column}: queries of ${shown(table)} that use ${lost.length === 1 ? 'it' : 'them'} turn into full scans, and a unique rule is no longer kept.`,
      fix: {
        summary: 'Build the index that the other columns need before the column goes.',
        sql: replacements.length > 0 ? script(replacements) : null,
      },
    };
  },
  setup:
    'CREATE TABLE orders (id bigint PRIMARY KEY, shop_id bigint, code text, note text); CREATE INDEX orders_shop_code_idx ON orders (shop_id, code); CREATE INDEX orders_note_idx ON orders (note);',
  bad: [{ sql: 'ALTER TABLE orders DROP COLUMN code;' }],
  good: [{ sql: 'ALTER TABLE orders DROP COLUMN note;' }],
});
