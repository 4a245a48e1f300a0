import { quoteIdentifier } from '../../core/names.js';
import { alter, literal, shown, tableOf } from '../context.js';
import { deploy, direct, needsFirst, phase, planned, refused, step, alone, tableNeeded } from '../draft.js';
import type { ChangeRecipe, IntentRecipe } from '../recipe.js';
import { hasExtension, hasRowSecurity, isNoPartition, isSequenceOf, lacksConstraint } from '../sql/checks.js';
import { constraintBody } from '../../sql/postgres/write/constraint-text.js';

/** A constraint goes: a moment of lock; a foreign key locks the other table as well. */
export const dropConstraint: ChangeRecipe<'dropConstraint'> = (change, sql, context) => {
  const { table, constraint: name } = change;
  const title = `Drop the constraint ${name} of ${shown(table)}`;
  const relation = tableOf(context, table);
  const found = relation?.constraints.get(name);
  if (relation === null) return needsFirst(title, tableNeeded(shown(table)));
  if (found === undefined && context.version < 18)
    return refused(title, `${shown(table)} has no constraint ${name}.`, `It has ${[...relation.constraints.keys()].join(', ') || 'none'}.`);
  const label = quoteIdentifier(name);
  const dependants =
    found && (found.kind === 'primaryKey' || found.kind === 'unique')
      ? context.catalog.foreignKeysTo(table).filter(({ constraint }) => constraint.references?.columns.join() === found.columns.join())
      : [];
  if (dependants.length > 0)
    return refused(
      title,
      `${dependants.map((key) => `${key.constraint.name} of ${shown(key.table)}`).join(', ')} needs it.`,
      'Drop those foreign keys first, each with its own plan.',
    );
  const isKey = found?.kind === 'primaryKey' || found?.kind === 'unique';
  const body =
    found && isKey ? `${found.kind === 'primaryKey' ? 'PRIMARY KEY' : 'UNIQUE'} (${found.columns.map(quoteIdentifier).join(', ')})` : null;
  const back =
    found === undefined || found.kind === 'exclusion'
      ? []
      : body !== null
        ? [alter(table, `ADD CONSTRAINT ${label} ${body}`)]
        : [alter(table, `ADD CONSTRAINT ${label} ${constraintBody(found)} NOT VALID`), alter(table, `VALIDATE CONSTRAINT ${label}`)];
  const drop = step({
    title,
    sql: [sql],
    check: lacksConstraint(table, name),
    back,
    backMode: 'alone',
    backNote: isKey
      ? 'It builds the index under a lock: plan addUnique or addPrimaryKey instead where the table is large.'
      : 'Rows that break it by then stop its check.',
  });
  return isKey
    ? planned(title, [
        deploy(
          'Code that does without it',
          `No code relies on it: no ON CONFLICT (${found.columns.join(', ')}), no lookup that needs its index.`,
        ),
        phase('contract', title, [drop]),
      ])
    : direct(title, drop);
};

/** A partition leaves while reads and writes go on. */
export const detachPartition: ChangeRecipe<'detachPartition'> = (change, _sql, context) => {
  const { table, partition } = change;
  const title = `Detach ${shown(partition)} from ${shown(table)}`;
  const bound = context.catalog.relation(partition)?.partitionOf?.bound ?? null;
  const child = context.catalog.relation(partition);
  if (bound === null || !child) return needsFirst(title, tableNeeded(shown(table)));
  const back = alter(table, `ATTACH PARTITION ${partition} ${bound.sql}`);
  const code = deploy('Code that does without its rows', `No code needs the rows of ${shown(partition)} through ${shown(table)}.`);
  if (context.catalog.defaultPartition(table) !== undefined) {
    const now = step({
      title: `${title}, under a lock that everybody waits for a moment`,
      sql: [alter(table, `DETACH PARTITION ${partition}`)],
      check: isNoPartition(partition),
      back: [back],
      works: 'new',
    });
    return planned(title, [code, phase('contract', title, [now])], {
      limits: [`CONCURRENTLY is refused because ${shown(table)} has a default partition.`],
    });
  }
  const detach = alone({
    title: `${title} while reads and writes go on`,
    sql: [alter(table, `DETACH PARTITION ${partition} CONCURRENTLY`)],
    check: isNoPartition(partition),
    back: [back],
    backNote: 'Attaching reads the partition once, unless a check that PostgreSQL keeps on it proves its bounds.',
    works: 'new',
  });
  return planned(title, [code, phase('contract', title, [detach])], {
    limits: [`When it is cut off it stays half done: finish it with ALTER TABLE ${table} DETACH PARTITION ${partition} FINALIZE.`],
    differences: [`PostgreSQL leaves a check with the old bounds on ${shown(partition)}.`],
  });
};

/** Rights first, the switch last: once it is on, a role without a policy sees no row. */
export const enableRowSecurity: IntentRecipe<'enableRowSecurity'> = (change, context) => {
  const { table } = change;
  const title = `Switch row-level security on for ${shown(table)}`;
  tableOf(context, table);
  if (change.policies.length === 0 && (context.catalog.relation(table)?.policies.size ?? 0) === 0) {
    return needsFirst(title, {
      what: 'the policies',
      why: 'Without one every role but the owner sees no row at all.',
      how: 'Give CREATE POLICY statements in policies.',
    });
  }
  const names = change.policies.map((sql) => /create\s+policy\s+("(?:[^"]|"")+"|[\w$]+)/i.exec(sql)?.[1] ?? '');
  const policies = step({
    title: 'Write the policies; they do nothing yet',
    sql: change.policies.map((sql) => sql.trim().replace(/;$/, '')),
    check: `SELECT count(*) = ${names.length} AS done FROM pg_policies WHERE format('%I.%I', schemaname, tablename)::regclass = ${literal(table)}::regclass AND quote_ident(policyname) IN (${names.map((name) => `quote_ident(${literal(name.replace(/^"|"$/g, ''))})`).join(', ')})`,
    back: names.map((name) => `DROP POLICY IF EXISTS ${name} ON ${table}`),
  });
  const on = step({
    title: 'Switch it on',
    sql: [alter(table, 'ENABLE ROW LEVEL SECURITY'), ...(change.force ? [alter(table, 'FORCE ROW LEVEL SECURITY')] : [])],
    check: hasRowSecurity(table),
    back: [...(change.force ? [alter(table, 'NO FORCE ROW LEVEL SECURITY')] : []), alter(table, 'DISABLE ROW LEVEL SECURITY')],
    works: 'new',
  });
  return planned(
    title,
    [
      change.policies.length > 0 ? phase('expand', 'The policies', [policies]) : null,
      deploy(
        'Code that says who asks',
        'Every connection sets what the policies look at (role, or a setting such as app.tenant), background jobs included.',
      ),
      phase('switch', title, [on]),
    ],
    {
      limits: [
        change.force
          ? 'FORCE holds for the owner too: migrations and jobs of the owner see only what a policy lets them.'
          : 'The owner of the table and superusers are not held back: the code must connect as another role.',
        'Columns that the policies look at should be indexed: each query is filtered by them.',
      ],
    },
  );
};

export const createExtension: ChangeRecipe<'createExtension'> = (change) => {
  const name = quoteIdentifier(change.extension);
  const title = `Install the extension ${change.extension}`;
  return direct(
    title,
    step({
      title,
      sql: [`CREATE EXTENSION IF NOT EXISTS ${name}${change.schema ? ` SCHEMA ${quoteIdentifier(change.schema)}` : ''}`],
      check: hasExtension(change.extension),
      back: [`DROP EXTENSION IF EXISTS ${name}`],
      backNote: 'It is refused while something uses the extension, and that is right.',
    }),
    [],
    {
      limits: [
        'Its files must be on the server, and the role may need the right to install it: try on a copy of the same kind of server first.',
      ],
    },
  );
};

/** Only bigint is planned: a change of the catalog, while nextval waits a moment. */
export const alterSequence: ChangeRecipe<'alterSequence'> = (change, sql, context) => {
  const title = change.type
    ? `Make the sequence ${shown(change.sequence)} ${change.type}`
    : `Change the sequence ${shown(change.sequence)}`;
  const fed = [...context.catalog.relations.values()].flatMap((relation) =>
    [...relation.columns.values()]
      .filter((column) => column.sequence === change.sequence && column.type !== change.type)
      .map((column) => ({ relation, column })),
  );
  const own = step({
    title: `${title}; nextval waits a moment`,
    sql: [sql],
    check: change.type ? isSequenceOf(change.sequence, change.type) : null,
    back: change.type === 'bigint' ? [`ALTER SEQUENCE ${change.sequence} AS integer`] : [],
    backNote: change.type === 'bigint' ? 'It fails once the sequence has passed 2147483647.' : 'What it was before is not known.',
  });
  return direct(title, own, [], {
    limits: fed.map(
      ({ relation, column }) =>
        `${shown(relation.name)}.${column.name} is ${column.type} and takes its values: plan changeType to bigint for it, or it still ends at its limit.`,
    ),
  });
};
