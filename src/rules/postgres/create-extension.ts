import { defineRule } from '../rule.js';

/** Extensions that a role with CREATE on the database may install (documentation, appendix F: "trusted"). */
const trusted = new Set([
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dict_int',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'lo',
  'ltree',
  'pgcrypto',
  'pg_trgm',
  'plpgsql',
  'seg',
  'tablefunc',
  'tcn',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
  'bool_plperl',
  'jsonb_plperl',
  'plperl',
  'pltcl',
]);

export default defineRule({
  category: 'privilege',
  severity: 'low',
  title: 'Extension that only a superuser may install',
  why: 'Extensions that are not marked as trusted need a superuser, and some a setting in the server configuration; the role of the migration has neither as a rule.',
  source: 'https://www.postgresql.org/docs/current/sql-createextension.html',
  needs: ['privileges'],
  on: ['createExtension'],
  check(change, context) {
    if (trusted.has(change.extension) || context.facts?.isSuperuser || context.catalog.extensions.has(change.extension)) return null;
    return {
      needs: context.facts ? [] : ['privileges'],
      severity: context.facts ? 'high' : 'low',
      why: `The migration fails with 42501 where its role may not install ${change.extension}.`,
      fix: {
        summary: 'Let an administrator install it beforehand, as a step of its own; the migration then finds it with IF NOT EXISTS.',
        sql: null,
      },
    };
  },
  bad: [{ sql: 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements;' }],
  good: [{ sql: 'CREATE EXTENSION IF NOT EXISTS citext;' }, { sql: 'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";' }],
});
