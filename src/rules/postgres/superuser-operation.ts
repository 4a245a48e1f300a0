import { defineRule } from '../rule.js';

export default defineRule({
  category: 'privilege',
  severity: 'medium',
  title: 'Needs a superuser, and reaches beyond this database',
  why: 'ALTER SYSTEM, superuser roles, tablespaces, untrusted languages and COPY … PROGRAM need rights that the role of a migration should not have.',
  source: 'https://www.postgresql.org/docs/current/role-attributes.html',
  needs: ['privileges'],
  on: ['alterSystem', 'createRole', 'copy', 'createLanguage', 'createTablespace', 'createExtension'],
  check(change, context) {
    if (change.kind === 'createRole' && !change.superuser) return null;
    if (change.kind === 'copy' && !change.program) return null;
    if (change.kind === 'createLanguage' && (change.trusted || !/u$/.test(change.language))) return null;
    if (change.kind === 'createExtension' && !/^pl\w+u$/.test(change.extension)) return null;
    const what = {
      alterSystem: 'ALTER SYSTEM changes the whole server',
      createRole: 'A superuser role may do everything, in every database',
      copy: 'COPY … PROGRAM runs a command on the server',
      createLanguage: 'An untrusted language lets functions do anything on the server',
      createTablespace: 'A tablespace is a folder of the server',
      createExtension: 'An untrusted language lets functions do anything on the server',
    }[change.kind];
    return {
      needs: context.facts ? [] : ['privileges'],
      why: `${what}; without the rights of a superuser the migration fails with 42501.`,
      fix: { summary: 'Leave it to the administrator of the server, outside the migrations.', sql: null },
    };
  },
  bad: [
    { sql: "ALTER SYSTEM SET work_mem = '8MB';", transaction: 'none', unrunnable: 'changes the whole server' },
    { sql: 'CREATE ROLE operator SUPERUSER;', unrunnable: 'roles belong to the whole server' },
  ],
  good: [{ sql: "SET work_mem = '8MB';" }, { sql: 'CREATE ROLE reporting NOLOGIN;', unrunnable: 'roles belong to the whole server' }],
});
