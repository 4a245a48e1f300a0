import type { ConstraintDefinition } from '../../core/change.js';
import { defineRule } from '../rule.js';
import { shown } from '../support/names.js';

const family = (type: string): string =>
  /^(smallint|integer|bigint|numeric)/.test(type) ? 'number' : /^(text|character)/.test(type) ? 'text' : type.replace(/\(.*\)/, '');
const isWord = (type: string): boolean => /^(smallint|integer|bigint|text|uuid|date|boolean|character varying|timestamp)/.test(type);

export default defineRule({
  category: 'correctness',
  severity: 'medium',
  title: 'Foreign key column is of another type than the column it references',
  why: 'integer on bigint is accepted and overflows later, when the referenced ids outgrow it; types that cannot be compared are refused (42804).',
  source: 'measured: PostgreSQL 14 to 18',
  evenWhenNew: true,
  on: ['addConstraint', 'addColumn', 'createTable'],
  check(change, context) {
    const keys: { key: ConstraintDefinition; types: (string | undefined)[] }[] = [];
    const typeOf = (column: string): string | undefined => context.catalog.column(change.table, column)?.type;
    if (change.kind === 'addConstraint') keys.push({ key: change.constraint, types: change.constraint.columns.map(typeOf) });
    else {
      const columns = change.kind === 'addColumn' ? [change.definition] : change.columns;
      for (const key of [
        ...columns.flatMap((column) => column.constraints),
        ...(change.kind === 'createTable' ? change.constraints : []),
      ]) {
        keys.push({ key, types: key.columns.map((name) => columns.find((column) => column.name === name)?.type ?? typeOf(name)) });
      }
    }
    for (const { key, types } of keys) {
      const parent = key.kind === 'foreignKey' ? key.references?.table : undefined;
      if (!parent || !key.references) continue;
      const primary = [...(context.relation(parent)?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primaryKey');
      const referenced = key.references.columns.length > 0 ? key.references.columns : (primary?.columns ?? []);
      for (const [position, type] of types.entries()) {
        const target = context.catalog.column(parent, referenced[position] ?? '')?.type;
        if (!type || !target || type === target || (family(type) === 'text' && family(target) === 'text')) continue;
        const cannotCompare = family(type) !== family(target);
        if (
          (cannotCompare && !(isWord(type) && isWord(target))) ||
          (cannotCompare && family(type).startsWith('timestamp') && family(target).startsWith('timestamp'))
        )
          continue;
        if (!cannotCompare && family(type) !== 'number') continue;
        const column = key.columns[position];
        return {
          relation: change.table,
          severity: cannotCompare ? 'high' : 'medium',
          why: cannotCompare
            ? `The migration stops here: ${column} is ${type}, but ${shown(parent)}.${referenced[position]} is ${target}.`
            : `${column} is ${type}, ${shown(parent)}.${referenced[position]} is ${target}: inserts fail, or the comparison is slow, once values differ in range.`,
          fix: { summary: `Make ${column} ${target} from the start: changing it later rewrites the table.`, sql: null },
        };
      }
    }
    return null;
  },
  setup:
    'CREATE TABLE customers (id bigint PRIMARY KEY, code text UNIQUE); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer, payer_id bigint, name text, code varchar(10));',
  bad: [
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' },
    { sql: 'CREATE TABLE notes (customer_id integer REFERENCES customers);' },
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (name) REFERENCES customers (id) NOT VALID;', fails: '42804' },
  ],
  good: [
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (payer_id) REFERENCES customers (id) NOT VALID;' },
    { sql: 'ALTER TABLE orders ADD FOREIGN KEY (code) REFERENCES customers (code) NOT VALID;' },
  ],
});
