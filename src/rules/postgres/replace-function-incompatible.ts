import { defineRule } from '../rule.js';
import { withoutSemicolon } from '../support/statement-text.js';

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'CREATE OR REPLACE FUNCTION may not change what it returns or its parameter names',
  why: 'A replaced function must keep its return type, the names of its parameters and their defaults; anything else fails with 42P13.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['createFunction'],
  check(change, context) {
    if (!change.replace) return null;
    const existing = context.catalog.functions
      .get(change.function)
      ?.find((other) => other.argumentTypes.join() === change.argumentTypes.join());
    if (!existing || existing.procedure !== change.procedure) return null;
    const renamed = existing.argumentNames.find((name, at) => name !== '' && change.argumentNames[at] !== name);
    const returns = existing.returns !== null && change.returns !== null && existing.returns !== change.returns;
    const defaults = change.argumentDefaults < existing.argumentDefaults;
    if (!returns && renamed === undefined && !defaults) return null;
    const kind = change.procedure ? 'PROCEDURE' : 'FUNCTION';
    const reason = returns
      ? `${change.function} returns ${existing.returns} now`
      : renamed !== undefined
        ? `its parameter ${renamed} is called otherwise`
        : 'a parameter loses its default';
    return {
      why: `The migration fails with 42P13: ${reason}.`,
      fix: {
        summary: 'Drop and create it in one transaction; or make a function of another name, move the callers, and drop the old one later.',
        sql: `BEGIN;\nDROP ${kind} ${change.function}(${change.argumentTypes.join(', ')});\n${withoutSemicolon(context.statement.sql)};\nCOMMIT;`,
      },
    };
  },
  setup: "CREATE FUNCTION code_of(id integer) RETURNS text LANGUAGE sql AS $$ SELECT 'x'::text $$;",
  bad: [
    { sql: 'CREATE OR REPLACE FUNCTION code_of(id integer) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;', fails: '42P13' },
    { sql: "CREATE OR REPLACE FUNCTION code_of(key integer) RETURNS text LANGUAGE sql AS $$ SELECT 'y'::text $$;", fails: '42P13' },
  ],
  good: [
    { sql: "CREATE OR REPLACE FUNCTION code_of(id integer) RETURNS text LANGUAGE sql AS $$ SELECT 'y'::text $$;" },
    { sql: 'CREATE OR REPLACE FUNCTION code_of(id bigint) RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;' },
  ],
});
