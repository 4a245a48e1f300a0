import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnsUsing } from '../support/columns-of-type.js';
import { bareName, listed } from '../support/statement-text.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'Validating a domain constraint keeps writes waiting',
  why: 'Unlike for a table, VALIDATE CONSTRAINT of a domain takes a SHARE lock on every table that uses it and reads each in full.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['alterDomain'],
  check(change, context) {
    if (change.action !== 'validateConstraint' || context.effects.error) return null;
    const constraint = context.catalog.types.get(change.domain)?.constraints.get(change.constraintName ?? '');
    const columns = columnsUsing(context, change.domain).filter(({ table }) => !context.isNew(table));
    const isKnown = context.catalog.complete || context.catalog.types.has(change.domain);
    if (columns.length === 0 && isKnown) return null;
    const expression = constraint?.expression?.sql;
    const checks = columns
      .filter((column) => !column.isArray)
      .flatMap(({ table, column }) => {
        const name = quoteIdentifier(`${bareName(table)}_${column}_${change.constraintName ?? 'check'}`.slice(0, 63));
        return [
          `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (${(expression ?? '').replace(/\bVALUE\b/gi, quoteIdentifier(column))}) NOT VALID;`,
          `ALTER TABLE ${table} VALIDATE CONSTRAINT ${name};`,
        ];
      });
    const tables = [...new Set(columns.map(({ table }) => table))];
    return {
      relation: tables[0],
      needs: isKnown ? [] : ['schema'],
      why: `Writes to ${tables.length > 0 ? listed(tables) : `every table with a column of ${change.domain}`} wait until it has been read in full.`,
      fix: {
        summary:
          'Leave the domain constraint NOT VALID, and prove the old rows with a CHECK on each table, which validates beside the traffic.',
        sql: expression && checks.length > 0 ? checks.join('\n') : null,
      },
    };
  },
  setup: `CREATE DOMAIN price AS numeric; CREATE TABLE orders (id bigint, total price); ALTER DOMAIN price ADD CONSTRAINT positive CHECK (VALUE >= 0) NOT VALID;
    CREATE DOMAIN unused AS text; ALTER DOMAIN unused ADD CONSTRAINT filled CHECK (VALUE <> '') NOT VALID;`,
  bad: [{ sql: 'ALTER DOMAIN price VALIDATE CONSTRAINT positive;' }],
  good: [{ sql: 'ALTER DOMAIN unused VALIDATE CONSTRAINT filled;' }],
});
