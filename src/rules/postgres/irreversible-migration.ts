import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { bareName, statementText } from '../support/statement-text.js';

export default defineRule({
  category: 'process',
  severity: 'medium',
  title: 'No down migration can bring this back',
  why: 'A down script makes the table or column anew, but not what was in it; only a copy does.',
  source: 'https://www.postgresql.org/docs/current/backup-dump.html',
  quiet: true,
  onDown: false,
  on: ['dropTable', 'dropColumn'],
  check(change, context) {
    const relation = context.relation(change.table);
    if (context.effects.error || (!relation && context.catalog.complete)) return null;
    const copy = quoteIdentifier(`${bareName(change.table)}_${change.kind === 'dropColumn' ? `${change.column}_` : ''}copy`.slice(0, 63));
    const schema = change.table.slice(0, change.table.length - quoteIdentifier(bareName(change.table)).length);
    const keys = [...(relation?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primaryKey')?.columns ?? [];
    const what = change.kind === 'dropColumn' ? [...new Set([...keys, change.column])].map(quoteIdentifier).join(', ') : '*';
    return {
      relation: change.table,
      destructive: true,
      why: `What is in ${change.table}${change.kind === 'dropColumn' ? `.${change.column}` : ''} is lost for good once this commits.`,
      fix: {
        summary: 'Keep a copy for as long as you may want to go back.',
        sql: `CREATE TABLE ${schema}${copy} AS SELECT ${what} FROM ${change.table};\n${statementText(context)}`,
      },
    };
  },
  setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, code text);',
  bad: [{ sql: 'DROP TABLE orders;' }, { sql: 'ALTER TABLE orders DROP COLUMN code;' }],
  good: [{ sql: 'CREATE TABLE fresh (id int); DROP TABLE fresh;' }, { sql: 'ALTER TABLE orders ADD COLUMN note text;' }],
});
