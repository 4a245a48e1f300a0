/** Takes a migration back, looks what came back, and runs it again. */
import type { RollbackScript, WayBack } from '../core/rehearsal.js';
import { compareSchemas, type SchemaDifference, type SchemaSnapshot } from '../core/schema.js';
import type { Migration } from '../core/stack.js';
import { mend } from '../databases/postgres/snapshot/script/mend.js';
import { lostBetween, readSums, type Sums } from './checksums.js';
import type { Look, RehearseInput } from './input.js';
import { rollbackFile } from './rollback-file.js';
import type { Stage } from './stage.js';
import type { WatchedStatement } from './watch/sink.js';

/** What was there before the migration. */
export interface Before {
  look: Look;
  sums: Sums;
  columns: ReadonlyMap<string, readonly string[]>;
  /** Rows of the tool's history table. */
  history: Record<string, unknown>[];
}

export interface WayBackResult {
  wayBack: WayBack;
  statements: WatchedStatement[];
  /** The schema now is what it was after the first run; false: the stage must be built anew. */
  upAgain: boolean;
  last: Look;
}

/**
 * Down, compare, up again.
 *
 * @param after the look after the migration ran
 */
export async function tryWayBack(
  input: RehearseInput,
  stage: Stage,
  migration: Migration,
  before: Before,
  after: Look,
): Promise<WayBackResult> {
  const down = await stage.run(migration, 'down', after);
  if (down.refused !== null) return withoutDown(input, stage, migration, before, after, down.refused);
  const differences = changesBetween(before.look.schema, down.after.schema);
  const lost = lostBetween(before.sums, await stage.sql((client) => readSums(client, before.columns)));
  if (!down.done) {
    const why = `irreversible: the way back fails: ${down.error?.message ?? 'the tool did not record it'}`;
    const wayBack: WayBack = { grade: 'irreversible', says: why, differences, lost, upAgain: null, rollback: null };
    return { wayBack, statements: down.statements, upAgain: false, last: down.after };
  }
  const again = await stage.run(migration, 'up', down.after);
  const same = again.done && again.after.fingerprint === after.fingerprint;
  const wayBack: WayBack = { ...graded(differences, lost), differences, lost, upAgain: same, rollback: null };
  return { wayBack, statements: down.statements, upAgain: same, last: again.after };
}

/** No way back of the tool's own: SQL is written from the two schemas, and proven in the same way. */
async function withoutDown(
  input: RehearseInput,
  stage: Stage,
  migration: Migration,
  before: Before,
  after: Look,
  refused: string,
): Promise<WayBackResult> {
  const mending = mend(after.schema, before.look.schema);
  const statements = mending.steps.map((step) => step.sql);
  const nothing = { differences: [], lost: [], upAgain: null };
  if (statements.length === 0 && mending.byHand.length === 0 && after.fingerprint === before.look.fingerprint) {
    const says = `no down: ${refused} The schema did not change; what it did to rows is not taken back.`;
    return { wayBack: { grade: 'no down', says, ...nothing, rollback: null }, statements: [], upAgain: true, last: after };
  }
  if (mending.byHand.length > 0) {
    const says = `no down: ${refused} No SQL takes it back by itself: ${mending.byHand.map((each) => each.why).join('; ')}`;
    return { wayBack: { grade: 'no down', says, ...nothing, rollback: null }, statements: [], upAgain: true, last: after };
  }
  const sql = `${statements.map((each) => each.replace(/;\s*$/, '')).join(';\n')};\n`;
  const failure = await stage
    .sql(async (client) => {
      for (const each of statements) await client.query(each);
      await restoreHistory(client, after.history, before.history);
    })
    .then(
      () => null,
      (error: Error) => error,
    );
  if (failure !== null) {
    const says = `no down: ${refused} The SQL that was written for it fails: ${failure.message}`;
    return { wayBack: { grade: 'no down', says, ...nothing, rollback: null }, statements: [], upAgain: false, last: after };
  }
  const back = await stage.look();
  const differences = changesBetween(before.look.schema, back.schema);
  const lost = lostBetween(before.sums, await stage.sql((client) => readSums(client, before.columns)));
  const again = await stage.run(migration, 'up', back);
  const same = again.done && again.after.fingerprint === after.fingerprint;
  const proven = graded(differences, lost).says;
  const rollback: RollbackScript = { sql, proven, file: rollbackFile(input.call, migration), written: false };
  const says = `no down: ${refused} Rollback SQL was written and run here: ${proven}`;
  return {
    wayBack: { grade: 'no down', says, differences, lost, upAgain: same, rollback },
    statements: [],
    upAgain: same,
    last: again.after,
  };
}

/** Rows of the tool's bookkeeping as they were. */
export async function restoreHistory(
  client: { query: (sql: string, values?: unknown[]) => Promise<unknown> },
  history: { table: string; exists: boolean },
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  if (!history.exists) return;
  const { table } = history;
  await client.query(`DELETE FROM ${table}`);
  await insertRows(client, table, rows);
}

/** Puts rows into a table with the numbers that they had. */
export async function insertRows(
  client: { query: (sql: string, values?: unknown[]) => Promise<unknown> },
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  for (const row of rows) {
    await client.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_record(NULL::${table}, $1::json)`, [
      JSON.stringify(row),
    ]);
  }
}

function graded(differences: readonly string[], lost: readonly string[]): Pick<WayBack, 'grade' | 'says'> {
  if (differences.length > 0) return { grade: 'irreversible', says: `irreversible: the schema is not as it was: ${list(differences)}` };
  if (lost.length > 0) return { grade: 'data lost', says: `reversible, data lost: ${list(lost)}` };
  return { grade: 'reversible', says: 'reversible (proven)' };
}

/** Objects that differ, as lines: `+ table public.users`, `~ index public.i (predicate)`. */
export function changesBetween(left: SchemaSnapshot, right: SchemaSnapshot): string[] {
  return compareSchemas(left, right).map(lineOf).sort();
}

function lineOf(difference: SchemaDifference): string {
  const sign = { onlyLeft: '-', onlyRight: '+', differs: '~' }[difference.change];
  const properties = difference.properties.map(({ property }) => property).join(', ');
  return `${sign} ${difference.id}${properties === '' ? '' : ` (${properties})`}`;
}

function list(lines: readonly string[]): string {
  return lines.length <= 6 ? lines.join('; ') : `${lines.slice(0, 6).join('; ')}; and ${lines.length - 6} more`;
}
