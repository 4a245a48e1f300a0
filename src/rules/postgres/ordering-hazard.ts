import type { Change } from '../../core/change.js';
import { defineRule } from '../rule.js';
import { laterAbout } from '../support/later-statements.js';
import { indexOf } from '../support/statement-index.js';
import { statementText, withoutSemicolon } from '../support/statement-text.js';

/** Relations that must be there when the change runs. */
function needed(change: Change): string[] {
  switch (change.kind) {
    case 'createIndex':
      return [change.index.table];
    case 'insert':
    case 'update':
    case 'delete':
      return [change.table, ...change.query.relations];
    case 'createView':
    case 'createTableAs':
      return change.query.relations;
    case 'createTable':
      return [...change.constraints, ...change.columns.flatMap((column) => column.constraints)].flatMap((constraint) =>
        constraint.references && constraint.references.table !== change.table ? [constraint.references.table] : [],
      );
    case 'addConstraint':
      return [
        ...(change.ifTableExists ? [] : [change.table]),
        ...(change.constraint.references ? [change.constraint.references.table] : []),
      ];
    case 'addColumn':
    case 'createTrigger':
      return 'ifTableExists' in change && change.ifTableExists ? [] : [change.table];
    default:
      return [];
  }
}

const creates = (change: Change, name: string): boolean =>
  ((change.kind === 'createTable' || change.kind === 'createTableAs') && change.table === name && !change.ifNotExists) ||
  (change.kind === 'createView' && change.view === name && !change.replace);

export default defineRule({
  category: 'error',
  severity: 'high',
  title: 'Uses a table that a later migration makes',
  why: 'Migrations run in their order: what is made later is not there yet, and the statement fails with 42P01.',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  onDown: false,
  on: [
    'createIndex',
    'insert',
    'update',
    'delete',
    'createView',
    'createTableAs',
    'createTable',
    'addConstraint',
    'addColumn',
    'createTrigger',
  ],
  check(change, context) {
    const missing = needed(change).filter(
      (name) => !context.catalog.has(name) && !name.startsWith('pg_') && !name.startsWith('information_schema.'),
    );
    if (missing.length === 0) return null;
    for (const name of missing) {
      if (indexOf(context.before).gone.has(name)) continue;
      const here = laterAbout(context, name).find((statement) => statement.changes.some((later) => creates(later, name)));
      const later = here ? undefined : context.laterUnits(name).find((unit) => unit.changes.some((other) => creates(other, name)));
      if (!here && !later) continue;
      return {
        relation: name,
        why: `The migration fails with 42P01: ${name} is made later, ${here ? 'in the same file' : `in ${later?.unit.migration ?? later?.unit.file ?? 'another migration'}`}.`,
        fix: {
          summary: here ? 'Make the table first.' : 'Put this statement after the migration that makes the table.',
          sql: here ? `${withoutSemicolon(here.sql)};\n${statementText(context)}` : null,
        },
      };
    }
    return null;
  },
  bad: [
    { sql: 'CREATE INDEX items_code ON items (code); CREATE TABLE items (code text);', fails: '42P01' },
    { sql: 'CREATE VIEW item_codes AS SELECT code FROM items;', next: [{ sql: 'CREATE TABLE items (code text);' }], fails: '42P01' },
  ],
  good: [
    { sql: 'CREATE TABLE items (code text); CREATE INDEX items_code ON items (code);' },
    { sql: 'CREATE TABLE items (code text);', next: [{ sql: 'CREATE VIEW item_codes AS SELECT code FROM items;' }] },
  ],
});
