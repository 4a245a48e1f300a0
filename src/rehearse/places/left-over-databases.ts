/** Databases on a given server that rehearsals and renderings make, and what killed ones have left there. */
import type { Administer } from './administer.js';
import { isGone, makerOf, markedName, thisMaker } from './mark.js';

const prefix = 'lockkeeper_r_';

/** Name for a new database that carries who made it. */
export function throwAwayName(): string {
  return markedName(prefix);
}

/** Drops databases whose maker is gone. Of another machine's makers nothing is known, so a day must have passed over them. Never throws. */
export async function removeLeftOverDatabases(ask: Administer): Promise<void> {
  const like = `${prefix.replaceAll('_', '\\_')}%`;
  const rows = await ask<{ name: string; used: boolean; old: boolean }>(
    `SELECT datname AS name, EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname) AS used,
            (pg_stat_file('base/' || d.oid || '/PG_VERSION', true)).modification < now() - interval '1 day' AS old
       FROM pg_database d WHERE datname LIKE '${like}'`,
  )
    // Only some roles may ask for the age of a file.
    .catch(() =>
      ask<{ name: string; used: boolean; old: boolean }>(
        `SELECT datname AS name, true AS used, false AS old FROM pg_database WHERE datname LIKE '${like}'`,
      ),
    )
    .catch(() => []);
  for (const { name, used, old } of rows) {
    const maker = makerOf(name, prefix);
    const foreign = maker !== null && maker.machine !== thisMaker().machine && !used && old;
    if (maker !== null && (isGone(maker) || foreign)) await ask(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).catch(() => undefined);
  }
}
