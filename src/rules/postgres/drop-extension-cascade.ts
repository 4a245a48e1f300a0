import { defineRule } from '../rule.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'DROP EXTENSION … CASCADE drops columns of its types',
  why: 'CASCADE drops every column whose type the extension brought, and every index, default and function that uses it.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['dropExtension'],
  check(change, context) {
    if (!change.cascade || (context.catalog.complete && !context.catalog.extensions.has(change.extension))) return null;
    return {
      destructive: true,
      needs: ['schema'],
      why: `Columns of types that ${change.extension} brought are dropped with all their values, and indexes and functions that use it.`,
      fix: { summary: 'Drop it without CASCADE, so that PostgreSQL names what still uses it, and change that first.', sql: null },
    };
  },
  setup: 'CREATE EXTENSION citext; CREATE TABLE people (id bigint, name citext); CREATE EXTENSION hstore;',
  bad: [{ sql: 'DROP EXTENSION citext CASCADE;' }],
  good: [{ sql: 'DROP EXTENSION hstore;' }],
});
