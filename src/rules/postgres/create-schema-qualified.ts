import { defineRule } from '../rule.js';
import { bareName, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'style',
  severity: 'low',
  title: 'Name without a schema depends on search_path',
  why: 'An unqualified name lands in the first schema of search_path, which differs between roles and sessions.',
  source: 'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH',
  quiet: true,
  evenWhenNew: true,
  on: ['createTable', 'createView', 'createSequence', 'createEnum', 'createTableAs'],
  check(change, context) {
    const name =
      change.kind === 'createView'
        ? change.view
        : change.kind === 'createSequence'
          ? change.sequence
          : change.kind === 'createEnum'
            ? change.type
            : change.table;
    const isTemporary = ('persistence' in change && change.persistence === 'temporary') || ('temporary' in change && change.temporary);
    const sql = statementText(context);
    const bare = bareName(name).replace(/[^\w]/g, '\\$&');
    const written = new RegExp(`(^|[^\\w".])("${bare}"|${bare}\\b)`, 'i').exec(sql);
    if (isTemporary || !written) return null;
    const start = written.index + (written[1]?.length ?? 0);
    return {
      relation: name,
      why: `${bareName(name)} is made in whatever schema comes first in search_path when the migration runs.`,
      fix: { summary: 'Write the schema.', sql: `${sql.slice(0, start)}${name}${sql.slice(start + (written[2]?.length ?? 0))}` },
    };
  },
  bad: [{ sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);' }, { sql: "CREATE TYPE mood AS ENUM ('good');" }],
  good: [{ sql: 'CREATE TABLE public.orders (id bigint PRIMARY KEY);' }, { sql: 'CREATE TEMP TABLE orders (id bigint);' }],
});
