import { splitQualified } from '../../core/names.js';
import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'security',
  severity: 'medium',
  title: 'SECURITY DEFINER function without a search_path of its own',
  why: 'The function runs with the rights of its owner but finds names along the search_path of the caller, who can put objects of his own in front.',
  source: 'https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY',
  on: ['createFunction'],
  check(change, context) {
    if (!change.securityDefiner || change.setsSearchPath) return null;
    if (
      context.after.some(
        (statement) =>
          statement.changes.some((later) => later.kind === 'alterFunction' && later.function === change.function) &&
          /search_path/i.test(statement.sql),
      )
    )
      return null;
    const schema = splitQualified(change.function).schema ?? 'public';
    return {
      why: `Whoever may call ${change.function} can make it run code or read tables of his own choice with the rights of its owner.`,
      fix: {
        summary: 'Fix its search_path, with pg_temp last.',
        sql: `${statementText(context)}\nALTER ${change.procedure ? 'PROCEDURE' : 'FUNCTION'} ${change.function}(${change.argumentTypes.join(', ')}) SET search_path = ${quoteIdentifier(schema)}, pg_temp;`,
      },
    };
  },
  bad: [{ sql: 'CREATE FUNCTION whoami() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT current_user::text $$;' }],
  good: [
    {
      sql: 'CREATE FUNCTION whoami() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT current_user::text $$;',
    },
    {
      sql: 'CREATE FUNCTION whoami() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ SELECT current_user::text $$; ALTER FUNCTION whoami() SET search_path = public, pg_temp;',
    },
    { sql: 'CREATE FUNCTION whoami() RETURNS text LANGUAGE sql AS $$ SELECT current_user::text $$;' },
  ],
});
