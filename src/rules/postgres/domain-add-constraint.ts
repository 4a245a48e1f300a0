import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnsUsing } from '../support/columns-of-type.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'scan',
  severity: 'high',
  title: 'Every table that uses the domain is read while its writes wait',
  why: 'ALTER DOMAIN … ADD CONSTRAINT takes a SHARE lock on each table with a column of the domain and reads it in full.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['alterDomain'],
  check(change, context) {
    if (change.action !== 'addConstraint' || !change.constraint || change.constraint.notValid || context.effects.error) return null;
    const tables = [...new Set(columnsUsing(context, change.domain).map(({ table }) => table))].filter((table) => !context.isNew(table));
    const isKnown = context.catalog.complete || context.catalog.types.has(change.domain);
    if (tables.length === 0 && isKnown) return null;
    const name = change.constraint.name ? `CONSTRAINT ${quoteIdentifier(change.constraint.name)} ` : '';
    return {
      relation: tables[0],
      needs: isKnown ? [] : ['schema'],
      why: `Writes to ${tables.length > 0 ? listed(tables) : `every table with a column of ${change.domain}`} wait until it has been read in full.`,
      fix: {
        summary:
          'Add it NOT VALID, which reads nothing and holds for new rows. To prove the old rows use a CHECK on each table: validating the domain blocks writes as well.',
        sql: change.constraint.expression
          ? `ALTER DOMAIN ${change.domain} ADD ${name}CHECK (${change.constraint.expression.sql}) NOT VALID;`
          : null,
      },
    };
  },
  setup: 'CREATE DOMAIN price AS numeric; CREATE TABLE orders (id bigint, total price); CREATE DOMAIN unused AS text;',
  bad: [{ sql: 'ALTER DOMAIN price ADD CONSTRAINT price_positive CHECK (VALUE >= 0);' }],
  good: [
    { sql: 'ALTER DOMAIN price ADD CONSTRAINT price_positive CHECK (VALUE >= 0) NOT VALID;' },
    { sql: "ALTER DOMAIN unused ADD CONSTRAINT filled CHECK (VALUE <> '');" },
  ],
});
