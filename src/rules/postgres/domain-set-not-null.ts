import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnsUsing } from '../support/columns-of-type.js';
import { bareName, listed } from '../support/statement-text.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'SET NOT NULL of a domain reads every table that uses it',
  why: 'ALTER DOMAIN … SET NOT NULL takes a SHARE lock on each table with a column of the domain and reads it in full; old code that writes NULL fails afterwards.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['alterDomain'],
  check(change, context) {
    if (change.action !== 'setNotNull' || context.effects.error) return null;
    const columns = columnsUsing(context, change.domain).filter(({ table }) => !context.isNew(table));
    const isKnown = context.catalog.complete || context.catalog.types.has(change.domain);
    if (columns.length === 0 && isKnown) return null;
    const tables = [...new Set(columns.map(({ table }) => table))];
    return {
      relation: tables[0],
      needs: isKnown ? ['nulls'] : ['schema', 'nulls'],
      why: `Writes to ${tables.length > 0 ? listed(tables) : `every table with a column of ${change.domain}`} wait until it has been read in full.`,
      fix: {
        summary: 'Say it at the tables instead: a CHECK added NOT VALID, then validated beside the traffic.',
        sql:
          columns.length === 0
            ? null
            : columns
                .flatMap(({ table, column }) => {
                  const name = quoteIdentifier(`${bareName(table)}_${column}_not_null`.slice(0, 63));
                  return [
                    `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${quoteIdentifier(column)} IS NOT NULL) NOT VALID;`,
                    `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
                  ];
                })
                .join('\n'),
      },
    };
  },
  setup: 'CREATE DOMAIN price AS numeric; CREATE TABLE orders (id bigint, total price); CREATE DOMAIN unused AS text;',
  bad: [{ sql: 'ALTER DOMAIN price SET NOT NULL;' }],
  good: [{ sql: 'ALTER DOMAIN unused SET NOT NULL;' }, { sql: 'ALTER DOMAIN price DROP NOT NULL;' }],
});
