import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { bareName, listed } from '../support/statement-text.js';

const mentions = (body: string, word: string): boolean =>
  new RegExp(`(?<![\\w$])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$])`, 'i').test(body);

export default defineRule({
  category: 'compatibility',
  severity: 'high',
  title: 'Functions that name the column break when they next run',
  why: 'The text of SQL and PL/pgSQL functions is not changed by a rename: they fail with 42703 when called, not in the migration. Only BEGIN ATOMIC bodies follow.',
  source: 'measured: PostgreSQL 14 to 18',
  on: ['renameColumn'],
  check({ table, column, to }, context) {
    const triggers = new Set([...(context.relation(table)?.triggers.values() ?? [])].map((trigger) => trigger.function));
    const broken = [...context.catalog.functions.values()]
      .flat()
      .filter(
        (candidate) =>
          candidate.body !== null &&
          !candidate.atomic &&
          mentions(candidate.body, column) &&
          (mentions(candidate.body, bareName(table)) || triggers.has(candidate.name)),
      );
    if (broken.length === 0) return null;
    const names = listed([...new Set(broken.map((candidate) => shown(candidate.name)))]);
    return {
      relation: table,
      why: `${names} still says ${column}: every call, and every write to ${shown(table)} where it is a trigger, fails after the rename.`,
      fix: {
        summary: `Keep ${column} until nothing names it, or replace ${names} (CREATE OR REPLACE, with ${to}) in the same transaction as the rename.`,
        sql: null,
      },
    };
  },
  setup: `CREATE TABLE orders (id bigint PRIMARY KEY, note text, code text);
CREATE FUNCTION last_note() RETURNS text LANGUAGE sql AS $$ SELECT note FROM orders ORDER BY id DESC LIMIT 1 $$;`,
  bad: [{ sql: 'ALTER TABLE orders RENAME COLUMN note TO remark;' }],
  good: [{ sql: 'ALTER TABLE orders RENAME COLUMN code TO label;' }],
});
