import { qualify } from '../../../core/names.js';
import type { SchemaObject } from '../../../core/schema.js';
import { userSchemas } from '../schemas.js';
import { normaliseExpression } from './normalise.js';
import { ofExtension, type Reading } from './reading.js';
import { withoutTopQualifiers } from './view-qualifiers.js';

interface Row {
  oid: number;
  schema: string;
  name: string;
  kind: string;
  definition: string;
}

/** Reading a view's definition takes AccessShareLock on the tables beneath it, until the session ends; nothing waits for that but DDL. */
const query = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, pg_get_viewdef(c.oid) AS definition
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND ${userSchemas('n')} AND NOT ${ofExtension('c.oid', 'class')}`;

/** Definitions of views and materialised views. */
export async function readViews(reading: Reading): Promise<void> {
  const rows = await reading.query<Row>(query);
  for (const row of rows) {
    const object = reading.objects.get(`${row.kind === 'v' ? 'view' : 'materializedView'} ${qualify(row.schema, row.name)}`);
    if (!object) continue;
    const definition = row.definition.trim().replace(/;$/, '');
    // Until 15 the outermost query names the table before every column, since 16 only where there is more than one.
    const even = reading.version < 16 ? await withoutTopQualifiers(definition) : definition;
    putQuery(object, definition, even);
  }
}

function putQuery(object: SchemaObject, definition: string, even: string): void {
  const normal = normaliseExpression(even).replace(/\s+/g, ' ');
  object.properties['definition'] = normal;
  if (normal !== definition) object.spelling = { ...object.spelling, definition };
}
