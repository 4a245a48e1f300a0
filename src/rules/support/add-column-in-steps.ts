import type { ChangeOf } from '../../core/change.js';
import { quoteIdentifier } from '../../core/names.js';
import type { RuleContext } from '../rule.js';
import { batchedUpdate, filledByTrigger } from './backfill.js';
import { notNullInSteps, validatedLater } from './constraint-sql.js';
import { keyBuiltOnline } from './index-sql.js';
import { besides, freeName } from './names.js';

/**
 * The same column without a rewrite, a scan or an index build under a strong lock: first the bare column, then its default, its
 * values in batches, NOT NULL, and each constraint on its own.
 */
export function addColumnInSteps(change: ChangeOf<'addColumn'>, context: RuleContext): string[] {
  const { table, definition } = change;
  const column = quoteIdentifier(definition.name);
  const domain = context.catalog.types.get(definition.type);
  const type = domain?.kind === 'domain' && domain.base ? domain.base : definition.type;
  const collation = definition.collation ? ` COLLATE ${quoteIdentifier(definition.collation)}` : '';
  const add = `ALTER TABLE ${table} ADD COLUMN ${column} ${type}${collation}`;
  const isKey = definition.constraints.some((constraint) => constraint.kind === 'primaryKey');
  const constraints = definition.constraints.flatMap((constraint) =>
    constraint.kind === 'unique' || constraint.kind === 'primaryKey'
      ? keyBuiltOnline(context, table, constraint)
      : validatedLater(context, table, constraint),
  );
  const notNull = definition.notNull ? notNullInSteps(context, table, definition.name) : [];
  // USING INDEX for a primary key needs NOT NULL itself: the NOT NULL constraint of 18 is kept, the CHECK of 17 is gone by then.
  const rest = isKey ? [...notNull, ...constraints] : [...constraints, ...notNull];
  if (definition.generated) {
    const value = definition.generated.expression.sql;
    return [
      add,
      ...filledByTrigger(context, table, definition.name, value),
      batchedUpdate(context, table, `${column} = ${value}`, `${column} IS DISTINCT FROM (${value})`),
      ...rest,
    ];
  }
  let value = definition.default?.sql ?? null;
  const steps = [add];
  if (definition.serial || definition.identity) {
    const sequence = besides(table, freeName(context, table, [definition.name], 'seq'));
    steps.push(`CREATE SEQUENCE ${sequence} OWNED BY ${table}.${column}`);
    value = `nextval('${sequence.replaceAll("'", "''")}')`;
  } else if (value !== null && definition.default && ['immutable', 'stable'].includes(context.catalog.volatilityOf(definition.default))) {
    return [`${add} DEFAULT ${value}${definition.notNull ? ' NOT NULL' : ''}`, ...constraints];
  }
  if (value === null) return [...steps, ...rest];
  return [
    ...steps,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${value}`,
    batchedUpdate(context, table, `${column} = DEFAULT`, `${column} IS NULL`),
    ...rest,
  ];
}
