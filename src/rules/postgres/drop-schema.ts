import { splitQualified } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'destructive',
  severity: 'high',
  title: 'Schema is dropped',
  why: 'DROP SCHEMA … CASCADE drops every table, view and function in it, and what depends on them elsewhere, in one transaction that locks them all.',
  source: 'measured: PostgreSQL 14 to 18',
  needs: ['applicationCode'],
  on: ['dropSchema'],
  check({ schema, cascade }, context) {
    if (!context.catalog.schemas.has(schema) && context.catalog.complete) return null;
    const inside = [...context.catalog.relations.values()].filter(
      (relation) => splitQualified(relation.name).schema === schema && relation.kind !== 'sequence',
    );
    if (inside.length === 0 && (!cascade || context.catalog.complete)) return null;
    if (inside.length > 0 && inside.every((relation) => relation.origin.judged)) return null;
    const names = listed(inside.slice(0, 5).map((relation) => shown(relation.name)));
    return {
      destructive: cascade,
      needs: context.catalog.complete ? ['applicationCode'] : ['applicationCode', 'schema'],
      severity: cascade ? 'high' : 'medium',
      why: cascade
        ? `Everything in ${schema} is lost${inside.length > 0 ? `: ${names}` : ''}, and code that uses it fails at once.`
        : `${schema} still holds ${names}: the server refuses (2BP01) until it is empty.`,
      fix: {
        summary:
          'Empty the schema first, object by object, once no code uses them and a backup is there; then DROP SCHEMA without CASCADE.',
        sql: null,
      },
    };
  },
  setup: 'CREATE SCHEMA archive; CREATE TABLE archive.orders (id bigint); CREATE SCHEMA empty;',
  bad: [{ sql: 'DROP SCHEMA archive CASCADE;' }],
  good: [{ sql: 'DROP SCHEMA empty;' }],
});
