/** ALTER TABLE for what a table is besides its columns. */
import type { SchemaObject } from '../../../../core/schema.js';
import { changeOptions } from './alter.js';
import { setReplicaIdentity } from './tables.js';

/** See `alterSql`. A table is never dropped to be changed: its rows would be lost. */
export function alterTable(from: SchemaObject, to: SchemaObject, changed: readonly string[]): string[] | { impossible: string } {
  const alter = `ALTER TABLE ${to.name}`;
  if (changed.includes('partitionBy'))
    return { impossible: 'How a table is partitioned cannot be changed: make a new table, and move the rows.' };
  if (changed.includes('server')) return { impossible: 'A foreign table cannot move to another server: drop it, and create it there.' };
  const statements: string[] = [];
  if (changed.includes('partitionOf') || changed.includes('bound')) {
    if (from.properties['partitionOf'] !== undefined)
      statements.push(`ALTER TABLE ${from.properties['partitionOf']} DETACH PARTITION ${to.name}`);
    if (to.properties['partitionOf'] !== undefined)
      statements.push(`ALTER TABLE ${to.properties['partitionOf']} ATTACH PARTITION ${to.name} ${to.properties['bound']}`);
  }
  if (changed.includes('inherits')) {
    const parents = (table: SchemaObject): string[] => (table.properties['inherits'] ?? '').split(', ').filter((name) => name !== '');
    const [old, wanted] = [parents(from), parents(to)];
    statements.push(...old.filter((name) => !wanted.includes(name)).map((name) => `${alter} NO INHERIT ${name}`));
    statements.push(...wanted.filter((name) => !old.includes(name)).map((name) => `${alter} INHERIT ${name}`));
  }
  if (changed.includes('ofType'))
    statements.push(to.properties['ofType'] === undefined ? `${alter} NOT OF` : `${alter} OF ${to.properties['ofType']}`);
  if (changed.includes('unlogged')) statements.push(`${alter} SET ${to.properties['unlogged'] ? 'UNLOGGED' : 'LOGGED'}`);
  if (changed.includes('accessMethod')) statements.push(`${alter} SET ACCESS METHOD ${to.properties['accessMethod'] ?? 'heap'}`);
  if (changed.some((property) => property.startsWith('option.'))) statements.push(...changeOptions(alter, from, to));
  if (changed.includes('replicaIdentity')) statements.push(setReplicaIdentity(to));
  return statements;
}
