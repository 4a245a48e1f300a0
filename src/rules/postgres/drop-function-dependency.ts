import type { Expression } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { underLockTimeout } from '../support/lock-timeout.js';
import { bareName, listed, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Function dropped that triggers, defaults or indexes use',
  why: 'DROP FUNCTION fails with 2BP01 while something uses the function; with CASCADE the triggers, defaults, checks and indexes go without a word.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['dropFunction'],
  check(change, context) {
    if ((context.catalog.functions.get(change.function)?.length ?? 0) !== 1) return null;
    const calls = (expression: Expression | null): boolean =>
      (expression?.functions ?? []).some(
        (name) => bareName(name) === bareName(change.function) && (!name.includes('.') || name === change.function),
      );
    const users: { what: string; table: string; away: string }[] = [];
    for (const relation of context.catalog.relations.values()) {
      const table = relation.name;
      for (const [name, trigger] of relation.triggers)
        if (trigger.function === change.function)
          users.push({ table, what: `the trigger ${name} of ${table}`, away: `DROP TRIGGER ${quoteIdentifier(name)} ON ${table};` });
      for (const column of relation.columns.values())
        if (calls(column.default))
          users.push({
            table,
            what: `the default of ${table}.${column.name}`,
            away: `ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(column.name)} DROP DEFAULT;`,
          });
      for (const constraint of relation.constraints.values())
        if (calls(constraint.expression))
          users.push({
            table,
            what: `the constraint ${constraint.name} of ${table}`,
            away: `ALTER TABLE ${table} DROP CONSTRAINT ${quoteIdentifier(constraint.name)};`,
          });
    }
    for (const index of context.catalog.indexes.values())
      if (!index.parent && (calls(index.predicate) || index.keys.some((key) => calls(key.expression))))
        users.push({ table: index.table, what: `the index ${index.name}`, away: `DROP INDEX ${index.name};` });
    if (users.length === 0) return null;
    const names = users.map((user) => user.what);
    return {
      relation: users[0]?.table,
      destructive: change.cascade,
      why: change.cascade
        ? `CASCADE drops ${listed(names)} as well.`
        : `The migration fails with 2BP01: ${listed(names)} ${names.length > 1 ? 'need' : 'needs'} ${change.function}.`,
      fix: {
        summary: 'Take away by name what uses it, once the code can do without; then drop the function without CASCADE.',
        sql: underLockTimeout([...users.map((user) => user.away), statementText(context).replace(/\s+CASCADE\s*;$/i, ';')].join('\n')),
      },
    };
  },
  setup: `CREATE TABLE orders (id bigint, code text); CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER orders_stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp(); CREATE FUNCTION next_code() RETURNS text LANGUAGE sql AS $$ SELECT 'x'::text $$;
    CREATE FUNCTION unused() RETURNS text LANGUAGE sql AS $$ SELECT 'x'::text $$; ALTER TABLE orders ALTER COLUMN code SET DEFAULT next_code();`,
  bad: [
    { sql: 'DROP FUNCTION stamp();', fails: '2BP01' },
    { sql: 'DROP FUNCTION stamp() CASCADE;' },
    { sql: 'DROP FUNCTION next_code();', fails: '2BP01' },
  ],
  good: [{ sql: 'DROP FUNCTION unused();' }, { sql: 'DROP TRIGGER orders_stamp ON orders; DROP FUNCTION stamp();' }],
});
