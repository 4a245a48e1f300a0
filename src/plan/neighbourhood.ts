import { splitName } from '../core/names.js';
import { Catalog } from '../sql/catalog/catalog.js';

/**
 * The part of a schema that statements touch: what they name, and what hangs on it by keys, partitions and views. Walking
 * over it costs the same however large the rest is.
 *
 * @param sql text of all the statements
 * @returns a catalog of its own, which may be changed
 */
export function neighbourhood(catalog: Catalog, sql: string): Catalog {
  const bare = (name: string): string => splitName(name).at(-1) ?? name;
  const kept = new Set([...catalog.relations.keys()].filter((name) => sql.includes(bare(name))));
  for (const index of catalog.indexes.values()) if (sql.includes(bare(index.name))) kept.add(index.table);
  for (const name of [...kept]) {
    const relation = catalog.relation(name);
    const near = [
      ...catalog.foreignKeysTo(name).map((key) => key.table),
      ...catalog.foreignKeysFrom(name).map(({ constraint }) => constraint.references?.table ?? ''),
      ...catalog.descendants(name),
      ...catalog.viewsBelow(name),
      ...(relation?.inherits ?? []),
      relation?.partitionOf?.parent ?? '',
    ];
    for (const each of near) if (catalog.relations.has(each)) kept.add(each);
  }
  const part = new Catalog({
    ...catalog,
    relations: new Map([...catalog.relations].filter(([name]) => kept.has(name))),
    indexes: new Map([...catalog.indexes].filter(([, index]) => kept.has(index.table))),
  });
  return part.clone();
}
