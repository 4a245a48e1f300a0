import { defineRule } from '../rule.js';
import { listed, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'compatibility',
  severity: 'medium',
  title: 'Rights taken from running code, or given to everybody',
  why: 'A REVOKE takes effect on the next statement of every session; a grant to PUBLIC holds for every role, also those made later.',
  source: 'https://www.postgresql.org/docs/current/sql-grant.html',
  evenWhenNew: true,
  on: ['grant'],
  check(change, context) {
    const isPublic = /\b(to|from)\s+(group\s+)?public\b/i.test(context.statement.sql);
    const objects = change.objects.filter((object) => !context.isNew(object));
    if (change.revoke) {
      if (objects.length === 0 || change.objectKind === 'schema' || change.objectKind === 'database') return null;
      return {
        relation: objects[0],
        needs: ['applicationCode'],
        why: `Statements of ${isPublic ? 'every role' : listed(change.grantees)} on ${listed(objects)} that need ${change.privileges.length > 0 ? listed(change.privileges) : 'any right'} fail with 42501 as soon as this commits.`,
        fix: { summary: 'Make sure that nothing deployed uses the right any more, then revoke it in a migration of its own.', sql: null },
      };
    }
    const writes =
      change.privileges.length === 0 ||
      change.privileges.some((privilege) => /^(all|insert|update|delete|truncate|create)$/i.test(privilege));
    if (!isPublic || !writes || !['table', 'schema', 'sequence'].includes(change.objectKind)) return null;
    return {
      relation: change.objects[0],
      why: `Every role that may connect can change ${listed(change.objects)}.`,
      fix: {
        summary: 'Grant the rights to the role of the application; everybody gets to read at most.',
        sql: change.objectKind === 'table' ? statementText(context).replace(/^(\s*GRANT\s+)[\s\S]*?(\s+ON\s)/i, '$1SELECT$2') : null,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint);',
  bad: [{ sql: 'GRANT ALL ON orders TO PUBLIC;' }, { sql: 'REVOKE SELECT ON orders FROM pg_monitor;' }],
  good: [
    { sql: 'GRANT SELECT, INSERT ON orders TO pg_monitor;' },
    { sql: 'CREATE TABLE fresh (id int); REVOKE ALL ON fresh FROM PUBLIC;' },
  ],
});
