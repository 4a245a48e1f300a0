import { quoteIdentifier } from '../../core/names.js';
import { defineRule } from '../rule.js';
import { columnList, columnsUsing } from '../support/columns-of-type.js';
import { listed } from '../support/statement-text.js';

export default defineRule({
  category: 'rewrite',
  severity: 'high',
  title: 'Change of a composite type that tables are made of',
  why: 'ADD and ALTER ATTRIBUTE … CASCADE change every typed table with it, copying it under an ACCESS EXCLUSIVE lock; the type of an attribute cannot change while a column uses the type.',
  source: 'measured: PostgreSQL 14 to 18',
  sizeMatters: true,
  supersedes: ['missing-lock-timeout'],
  on: ['alterCompositeType'],
  check(change, context) {
    const columns = columnsUsing(context, change.type);
    if (change.action === 'alterAttributeType' && columns.length > 0) {
      return {
        relation: columns[0]?.table,
        why: `The migration fails with 0A000: ${columnList(columns)} uses the type ${change.type}.`,
        fix: { summary: 'Make a new type and a new column of it, copy in batches, then move the code over.', sql: null },
      };
    }
    const tables = [...context.catalog.relations.values()]
      .filter((relation) => relation.ofType === change.type && !context.isNew(relation.name))
      .map((relation) => relation.name);
    if (!change.cascade || tables.length === 0 || (change.action !== 'addAttribute' && change.action !== 'alterAttributeType')) return null;
    const attribute = quoteIdentifier(change.attribute);
    return {
      relation: tables[0],
      why: `Reads and writes of ${listed(tables)} wait until the table is copied.`,
      fix:
        change.action === 'addAttribute'
          ? {
              summary: 'Untie the table, add the column and the attribute separately, and tie it again: nothing is copied.',
              sql: [
                ...tables.flatMap((table) => [
                  `ALTER TABLE ${table} NOT OF;`,
                  `ALTER TABLE ${table} ADD COLUMN ${attribute} ${change.attributeType};`,
                ]),
                `ALTER TYPE ${change.type} ADD ATTRIBUTE ${attribute} ${change.attributeType};`,
                ...tables.map((table) => `ALTER TABLE ${table} OF ${change.type};`),
              ].join('\n'),
            }
          : { summary: 'Untie the table with NOT OF and change its column in steps: new column, backfill, switch.', sql: null },
    };
  },
  setup:
    'CREATE TYPE person AS (name text); CREATE TABLE people OF person; CREATE TYPE address AS (street text); CREATE TABLE houses (id bigint, place address);',
  bad: [
    { sql: 'ALTER TYPE person ADD ATTRIBUTE age integer CASCADE;' },
    { sql: 'ALTER TYPE address ALTER ATTRIBUTE street TYPE varchar;', fails: '0A000' },
  ],
  good: [{ sql: 'ALTER TYPE address ADD ATTRIBUTE zip text;' }],
});
