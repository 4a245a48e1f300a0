/**
 * Holds locks on tables without a connection each: a prepared transaction keeps its locks until it is rolled back.
 */
import type { Client } from 'pg';
import type { Relation } from './catalog-picture.js';
import { quoteName } from './row-counts.js';

/**
 * The modes to hold, in the order to try them. ACCESS EXCLUSIVE stops every request. Then from the weakest up, so that what is stopped
 * first is the strongest request: ACCESS SHARE stops only ACCESS EXCLUSIVE, ROW SHARE also EXCLUSIVE, ROW EXCLUSIVE also SHARE and
 * SHARE ROW EXCLUSIVE, and so on (documentation, table 13.2).
 */
export const heldModes = [
  'ACCESS EXCLUSIVE',
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'EXCLUSIVE',
] as const;

export type HeldMode = (typeof heldModes)[number];

/** Holds the relation in this mode; answers false where that mode cannot be had for its kind. */
export async function hold(client: Client, relation: Relation, mode: HeldMode): Promise<boolean> {
  const statement = holdingStatement(relation, mode);
  if (!statement) return false;
  try {
    await client.query(`BEGIN; ${statement}; PREPARE TRANSACTION '${holderName(client, relation.oid)}'`);
    return true;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

export async function release(client: Client, oid: number): Promise<void> {
  await client.query(`ROLLBACK PREPARED '${holderName(client, oid)}'`);
}

/** The relation that a prepared transaction of this database holds, by its transaction id; null if it is none of ours. */
export async function heldBy(client: Client, transaction: string): Promise<number | null> {
  const { rows } = await client.query<{ gid: string }>(
    'SELECT gid FROM pg_prepared_xacts WHERE transaction = $1::xid AND database = current_database()',
    [transaction],
  );
  const oid = Number(rows[0]?.gid.split('_').at(-1));
  return Number.isInteger(oid) ? oid : null;
}

/** Names of prepared transactions count for the whole server, but oids for a database: so the database is part of the name. */
function holderName(client: Client, oid: number): string {
  return `${client.database}_${oid}`;
}

function holdingStatement(relation: Relation, mode: HeldMode): string | null {
  const name = quoteName(relation.name);
  switch (relation.kind) {
    case 'r':
    case 'p':
      // Planning a query locks the table's indexes as well, so that a stronger request for one of them is seen.
      return mode === 'ACCESS SHARE' ? `SELECT FROM ONLY ${name} LIMIT 0` : `LOCK TABLE ONLY ${name} IN ${mode} MODE`;
    case 'm':
      // LOCK TABLE refuses materialized views and indexes; these statements take a known lock on one.
      if (mode === 'ACCESS SHARE') return `SELECT FROM ${name} LIMIT 0`;
      if (mode === 'SHARE UPDATE EXCLUSIVE') return `COMMENT ON MATERIALIZED VIEW ${name} IS 'held'`;
      return mode === 'ACCESS EXCLUSIVE' ? `ALTER MATERIALIZED VIEW ${name} RENAME TO held_${relation.oid}` : null;
    case 'i':
    case 'I':
      return mode === 'ACCESS EXCLUSIVE' ? `ALTER TABLE ${name} RENAME TO held_${relation.oid}` : null;
    default:
      return null;
  }
}
