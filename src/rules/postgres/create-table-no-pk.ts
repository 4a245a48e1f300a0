import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { laterAbout } from '../support/later-statements.js';
import { statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'design',
  severity: 'low',
  title: 'Table without a primary key',
  why: 'Without a key rows cannot be told apart, batches have nothing to go by, and logical replication refuses updates and deletes.',
  source: 'https://www.postgresql.org/docs/current/logical-replication-publication.html',
  quiet: true,
  evenWhenNew: true,
  on: ['createTable'],
  check(change, context) {
    if (
      change.partitionOf ||
      change.inherits.length > 0 ||
      change.like.length > 0 ||
      change.ofType ||
      change.persistence === 'temporary' ||
      context.effects.error
    )
      return null;
    const constraints = [...change.constraints, ...change.columns.flatMap((column) => column.constraints)];
    const later = laterAbout(context, change.table).some((statement) =>
      statement.changes.some(
        (other) => other.kind === 'addConstraint' && other.table === change.table && other.constraint.kind === 'primaryKey',
      ),
    );
    if (
      later ||
      constraints.some((constraint) => constraint.kind === 'primaryKey') ||
      (change.ifNotExists && context.relation(change.table))
    )
      return null;
    const id = change.columns.find((column) => column.name === 'id');
    return {
      relation: change.table,
      why: `Rows of ${change.table} cannot be addressed one by one, and updates of them cannot be replicated.`,
      fix: {
        summary: 'Give it a primary key while it is empty.',
        sql: change.partitionBy
          ? null
          : `${statementText(context)}\nALTER TABLE ${change.table} ADD ${id ? 'PRIMARY KEY (id)' : `COLUMN ${quoteIdentifier('id')} bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY`};`,
      },
    };
  },
  bad: [{ sql: 'CREATE TABLE notes (body text);' }, { sql: 'CREATE TABLE notes (id bigint, body text);' }],
  good: [
    { sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);' },
    { sql: 'CREATE TABLE notes (a int, b int, PRIMARY KEY (a, b));' },
    { sql: 'CREATE TABLE notes (id bigint NOT NULL); ALTER TABLE notes ADD PRIMARY KEY (id);' },
  ],
});
