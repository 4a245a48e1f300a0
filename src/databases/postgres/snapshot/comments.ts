import { qualify, quoteIdentifier, splitName } from '../../../core/names.js';
import { catalogs, type Reading } from './reading.js';
import { reference } from './script/reference.js';

interface Row {
  catalog: number;
  oid: number;
  number: number;
  text: string;
}

const known = Object.values(catalogs).join(', ');

/** The comment that `initdb` writes on the schema `public`: a database whose `public` was made anew has none. */
const standard = 'standard public schema';

/** Comments on everything that a snapshot holds, and on columns of views and partitions. */
export async function readComments(reading: Reading): Promise<void> {
  const rows = await reading.query<Row>(
    `SELECT classoid::int AS catalog, objoid AS oid, objsubid AS number, description AS text FROM pg_description
      WHERE classoid IN (${known}) AND (objoid >= 16384 OR objoid = 'public'::regnamespace) ORDER BY 1, 2, 3`.replace(
      "'public'::regnamespace",
      "(SELECT oid FROM pg_namespace WHERE nspname = 'public')",
    ),
  );
  for (const row of rows) {
    const id = reading.idAt(row.catalog, row.oid, row.number);
    const object = reading.objects.get(id ?? '');
    if (!object || object.kind === 'extension' || (object.name === 'public' && row.text === standard)) continue;
    const column = row.number > 0 && object.kind !== 'column' ? (reading.columns.get(row.oid)?.get(row.number) ?? null) : null;
    const target = column === null ? `${object.kind} ${object.name}` : `${object.kind} ${object.name} column ${quoteIdentifier(column)}`;
    // The index of a constraint has a comment of its own, beside the constraint's.
    const ofIndex = row.catalog === catalogs.class && object.kind === 'constraint';
    const [schema = '', ...rest] = splitName(object.name);
    const spoken =
      column !== null
        ? `COLUMN ${object.name}.${quoteIdentifier(column)}`
        : ofIndex
          ? `INDEX ${qualify(schema, rest.at(-1) ?? '')}`
          : reference(object);
    reading.add({
      kind: 'comment',
      name: ofIndex ? `${target} index` : target,
      parent: `${object.kind} ${object.name}`,
      properties: { text: row.text },
      spelling: { reference: spoken },
    });
  }
}
