import type { QuerySummary, WhereSummary } from '../../../core/change.js';
import type { Catalog } from '../../catalog/catalog.js';
import type { EffectsHandlers } from './handler.js';
import { type EffectsEnvironment, family, type Use } from './use.js';

/** Shapes of what a query reads. A relation seen as a view stands for the tables below it too. */
function reads(query: QuerySummary, catalog: Catalog): Use[] {
  const source = withViews(query.relations, catalog);
  const locked = withViews(query.lockedRelations, catalog);
  const scanned = query.hasWhere || query.hasLimit ? 'read-some' : 'select';
  const uses: Use[] = [];
  if (source.length > 0) uses.push({ shape: scanned, roles: { source } });
  if (locked.length > 0)
    uses.push({ shape: query.hasWhere || query.hasLimit ? 'lock-some' : 'select-for-update', roles: { source: locked } });
  const sequences = query.setval.map(({ sequence }) => sequence);
  if (sequences.length > 0) uses.push({ shape: 'setval', roles: { sequence: sequences } });
  for (const table of query.modifies) uses.push({ shape: 'delete-all', roles: { target: family(catalog, table) } });
  return uses;
}

function withViews(names: string[], catalog: Catalog): string[] {
  const below = names.flatMap((name) => {
    const relation = catalog.relation(name);
    return relation?.kind === 'view' ? [...relation.reads].filter((read) => catalog.relations.has(read)) : catalog.descendants(name);
  });
  return [...new Set([...names, ...below])];
}

/** Tables that a foreign key's own triggers look at when rows of this table change. */
function referencedBy(catalog: Catalog, table: string, columns: string[] | null): string[] {
  return catalog
    .foreignKeysFrom(table)
    .filter(({ constraint }) => constraint.enforced && (columns === null || constraint.columns.some((column) => columns.includes(column))))
    .map(({ constraint }) => constraint.references?.table ?? '');
}

/** True when the WHERE clause leaves no index to find the rows with: the whole table is read. */
function readsWhole(catalog: Catalog, table: string, where: WhereSummary): boolean {
  if (!where.present || where.tautology) return true;
  const relation = catalog.relation(table);
  return (
    relation?.known === true &&
    !catalog.indexesOf(table).some((index) => index.valid && where.literalColumns.includes(index.keys[0]?.column ?? ''))
  );
}

/** True when an index begins with the foreign key's first column: the server finds children without reading the table. */
function isIndexed(catalog: Catalog, table: string, column: string | undefined): boolean {
  return catalog.indexesOf(table).some((index) => index.valid && !index.predicate && index.keys[0]?.column === column);
}

function deleted(table: string, where: WhereSummary, query: QuerySummary, only: boolean, environment: EffectsEnvironment): Use[] {
  const { catalog } = environment;
  const whole = readsWhole(catalog, table, where);
  const uses: Use[] = [
    { shape: whole ? 'delete-all' : 'delete-some', roles: { target: family(catalog, table, only) } },
    ...reads({ ...query, hasWhere: true }, catalog),
  ];
  const cascade = (parent: string, seen: Set<string>): void => {
    for (const { table: referencing, constraint } of catalog.foreignKeysTo(parent)) {
      const acts =
        constraint.references?.onDelete === 'cascade' ||
        constraint.references?.onDelete === 'setNull' ||
        constraint.references?.onDelete === 'setDefault';
      const indexed = isIndexed(catalog, referencing, constraint.columns[0]) ? '-child' : '';
      uses.push({ shape: `${acts ? 'delete-cascade' : 'delete-referenced'}${indexed}`, roles: { referencing } });
      if (acts && constraint.references?.onDelete === 'cascade' && !seen.has(referencing)) cascade(referencing, seen.add(referencing));
    }
  };
  cascade(table, new Set([table]));
  return uses;
}

/** Effects of statements that read or change rows. */
export const rowHandlers: EffectsHandlers = {
  select: (change, { catalog }) => reads(change.query, catalog),
  insert: (change, { catalog }) => {
    const uses: Use[] = [{ shape: 'insert', roles: { target: family(catalog, change.table) } }, ...reads(change.query, catalog)];
    const referenced = referencedBy(catalog, change.table, change.columns);
    if (referenced.length > 0) uses.push({ shape: 'insert-references', roles: { target: change.table, referenced } });
    const columns = [...(catalog.relation(change.table)?.columns.values() ?? [])];
    const sequence = columns
      .filter((column) => column.sequence && change.columns !== null && !change.columns.includes(column.name))
      .map((column) => column.sequence ?? '');
    if (sequence.length > 0) uses.push({ shape: 'insert-sequence', roles: { target: change.table, sequence } });
    return uses;
  },
  update: (change, { catalog }) => {
    const whole = readsWhole(catalog, change.table, change.where);
    const uses: Use[] = [
      { shape: whole ? 'update-all' : 'update-some', roles: { target: family(catalog, change.table, change.only) } },
      ...reads({ ...change.query, hasWhere: !whole }, catalog),
    ];
    const referenced = referencedBy(catalog, change.table, change.columns);
    if (referenced.length > 0) uses.push({ shape: 'update-foreign-key', roles: { referenced } });
    const keys = catalog
      .foreignKeysTo(change.table)
      .filter(({ constraint }) => constraint.references?.columns.some((column) => change.columns.includes(column)));
    for (const { table: referencing, constraint } of keys)
      uses.push({
        shape: constraint.references?.onUpdate === 'cascade' ? 'delete-cascade-child' : 'delete-referenced-child',
        roles: { referencing },
      });
    return uses;
  },
  delete: (change, environment) => deleted(change.table, change.where, change.query, change.only, environment),
  merge: (change, { catalog }) => [
    { shape: 'update-some', roles: { target: family(catalog, change.table) } },
    ...reads({ ...change.query, hasWhere: true }, catalog),
  ],
  copy: (change, { catalog }) =>
    change.table
      ? [{ shape: change.from ? 'insert' : 'select', roles: { target: family(catalog, change.table), source: change.table } }]
      : [{ shape: 'create-type', roles: {} }],
  lockTable: (change, { catalog }) => [
    {
      shape: `lock-table-${change.mode.toLowerCase().replaceAll(' ', '-')}`,
      roles: { target: change.tables.flatMap((table) => family(catalog, table)) },
    },
  ],
};
