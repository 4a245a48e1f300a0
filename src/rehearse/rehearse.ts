/** Rehearses migrations: on a throw-away database, with rows made up for it, there and back, by the project's own tool. */
import { LockkeeperError } from '../core/errors.js';
import { hashOf } from '../core/hash.js';
import type { FilledTable, Rehearsal, RehearsalFinding, RehearsedMigration } from '../core/rehearsal.js';
import type { Migration } from '../core/stack.js';
import { baseOf } from './base.js';
import { changesOf } from './changes.js';
import { readSums, storedColumns } from './checksums.js';
import { isAboutRows, likelihood, shapeToBlame } from './data-failure.js';
import { findingsOf, wouldFail } from './findings.js';
import type { Look, RehearseInput } from './input.js';
import type { RehearsalDatabase } from './places/place.js';
import { QueryWatch } from './query-watch.js';
import { emptyTables, type Filling, fillTables, removeRows } from './rows/fill.js';
import { demandsOf, type Shape, shapesFor } from './rows/shapes.js';
import { Stage, type StageRun } from './stage.js';
import { rehearsedStatements } from './statements.js';
import { type Before, changesBetween, restoreHistory, tryWayBack } from './way-back.js';

/** Most kinds of rows that are left out one after the other, before all of them are. */
const mostShapesLeftOut = 5;

/**
 * Rehearses.
 *
 * @throws LockkeeperError when it cannot begin: the base cannot be built, the tool is not there; CANCELLED
 */
export async function rehearse(input: RehearseInput): Promise<Rehearsal> {
  const started = performance.now();
  const run = new Run(input);
  try {
    return await run.all(started);
  } finally {
    await run.end();
  }
}

class Run {
  private readonly base;
  private kept: boolean | null = null;
  private fills = 0;
  /** Tables that held nothing before rows were made up for them. */
  private readonly ours = new Set<string>();
  private blames = 0;
  private database: RehearsalDatabase | null = null;
  private readonly findings: RehearsalFinding[] = [];
  private readonly queries: QueryWatch;

  constructor(private readonly input: RehearseInput) {
    this.base = baseOf(input);
    this.queries = new QueryWatch(input.queries);
  }

  async all(started: number): Promise<Rehearsal> {
    const { input } = this;
    let stage = await this.open([]);
    const base = performance.now() - started;
    if (input.queries.length > 0) await stage.sql((client) => this.queries.before(client));
    const migrations: RehearsedMigration[] = [];
    for (const [at, migration] of input.migrations.entries()) {
      this.progress(at, `rehearsing ${migration.name}`);
      const { rehearsed, next } = await this.one(stage, migration, input.migrations.slice(0, at));
      migrations.push(rehearsed);
      if (next === null) break;
      stage = next;
      if (input.queries.length > 0) this.findings.push(...(await stage.sql((client) => this.queries.after(client, migration.name))));
    }
    this.findings.push(...findingsOf(migrations));
    const severe = this.findings.some((finding) => finding.severity === 'high');
    return {
      stack: input.call.stack.id,
      passed: migrations.length === input.migrations.length && migrations.every((each) => each.succeeded) && !severe,
      place: { kind: input.place.kind, version: input.place.version, what: input.place.what, doesNotProve: [...input.place.doesNotProve] },
      start: { ...this.base.start, kept: this.kept === true },
      migrations,
      findings: sorted(this.findings),
      queries: this.queries.result(),
      fingerprint: hashOf([
        this.base.key,
        input.migrations.map((each) => [each.name, each.up?.sql ?? input.fileText(each.file), each.down?.sql ?? null]),
      ]),
      took: { base: Math.round(base), total: Math.round(performance.now() - started) },
      problems: [],
    };
  }

  async end(): Promise<void> {
    await this.database?.drop();
    await this.input.place.close();
  }

  /** A database with the base, and these migrations on it. */
  private async open(after: readonly Migration[]): Promise<Stage> {
    const { place } = this.input;
    await this.database?.drop();
    const opened = await place.open(this.base.start.from === 'empty' ? null : this.base.key);
    this.database = opened.database;
    this.kept ??= opened.filled;
    if (!opened.filled) {
      await this.base.fill(opened.database);
      if (this.base.start.from !== 'empty') await place.keep(opened.database, this.base.key);
    }
    const stage = new Stage(this.input, opened.database);
    let look = after.length > 0 ? await stage.look() : null;
    for (const migration of after) if (look !== null) look = (await stage.run(migration, 'up', look)).after;
    return stage;
  }

  /** One migration: rows, up, down, up. Answers the stage for the next one, or null when it cannot go on. */
  private async one(
    first: Stage,
    migration: Migration,
    earlier: readonly Migration[],
  ): Promise<{ rehearsed: RehearsedMigration; next: Stage | null }> {
    const { input } = this;
    let stage = first;
    this.blames = 0;
    await stage.sql((client) => emptyTables(client, this.ours));
    let look = await stage.look();
    const catalog = await stage.catalog();
    const scripts = migration.up === null ? await this.scriptsOf(stage, migration, look) : [migration.up.sql];
    if (migration.up === null) stage = await this.open(earlier);
    const changes = await changesOf(scripts, catalog, input.place.version);
    const shapes = shapesFor(changes, catalog);
    const columns = storedColumns(catalog, [...new Set([...shapes.map((shape) => shape.table), ...parentsOf(shapes, catalog)])]);
    const demands = demandsOf(changes);
    const leftOut: Shape[] = [];
    let filling: Filling | null = null;
    for (;;) {
      const rows = shapes.filter((shape) => !leftOut.includes(shape));
      const made: Filling = filling ?? (await stage.sql((client) => fillTables(client, catalog, rows, demands, (this.fills += 1) * 1000)));
      for (const table of made.tables) if (table.wasEmpty) this.ours.add(table.table);
      filling = made;
      const before: Before = {
        look,
        columns,
        sums: await stage.sql((client) => readSums(client, columns)),
        history: await this.historyRows(stage, look),
      };
      const up = await stage.run(migration, 'up', look);
      if (up.done || rows.length === 0 || !isAboutRows(up.error?.code ?? null))
        return this.finish(stage, migration, earlier, before, up, made.tables, catalog);
      const blamed = this.blame(migration, up, rows, made.tables);
      leftOut.push(...blamed);
      if (up.after.fingerprint === look.fingerprint && (await this.takeAway(stage, made, blamed, before))) continue;
      // Something of it stayed, or other rows hang on those: all from the beginning.
      stage = await this.open(earlier);
      look = await stage.look();
      filling = null;
    }
  }

  private async finish(
    stage: Stage,
    migration: Migration,
    earlier: readonly Migration[],
    before: Before,
    up: StageRun,
    filled: FilledTable[],
    catalog: Awaited<ReturnType<Stage['catalog']>>,
  ): Promise<{ rehearsed: RehearsedMigration; next: Stage | null }> {
    const { input } = this;
    const statements = rehearsedStatements(input, migration, up.statements, catalog, 'up');
    const rehearsed: RehearsedMigration = {
      name: migration.name,
      succeeded: up.done,
      error: up.error ?? (up.refused === null ? null : { code: null, message: up.refused }),
      statements,
      schemaChanges: changesBetween(before.look.schema, up.after.schema),
      leftInvalid: [...up.after.invalid].filter((name) => !before.look.invalid.has(name)).sort(),
      wayBack: { grade: 'not tried', says: 'not tried: it did not run', differences: [], lost: [], upAgain: null, rollback: null },
      filled: filled.map(({ table, rows, shapes, unfilled }) => ({ table, rows, shapes, unfilled })),
    };
    if (!up.done) return { rehearsed, next: null };
    const back = await tryWayBack(input, stage, migration, before, up.after);
    rehearsed.wayBack = back.wayBack;
    statements.push(...rehearsedStatements(input, migration, back.statements, null, 'down'));
    return { rehearsed, next: back.upAgain ? stage : await this.open([...earlier, migration]) };
  }

  /** Takes rows away that a migration failed on, where it left everything else as it was. */
  private async takeAway(stage: Stage, filling: Filling, shapes: readonly Shape[], before: Before): Promise<boolean> {
    try {
      await stage.sql(async (client) => {
        for (const shape of shapes) await removeRows(client, filling, shape);
        await restoreHistory(client, before.look.history, before.history);
      });
      return true;
    } catch {
      return false;
    }
  }

  /** Says which rows made it fail; these are left out from now on. */
  private blame(migration: Migration, up: StageRun, rows: readonly Shape[], filled: readonly FilledTable[]): Shape[] {
    const failed = up.statements.findLast(({ error }) => error !== null && error.code !== '25P02');
    const error = failed?.error ?? {
      code: up.error?.code ?? '',
      message: up.error?.message ?? '',
      table: null,
      column: null,
      constraint: null,
    };
    const there = rows.filter((shape) => filled.some((table) => table.table === shape.table && table.shapes.includes(shape.says)));
    this.blames += 1;
    const shape = there.length === 0 || this.blames > mostShapesLeftOut ? null : shapeToBlame(error, there);
    if (shape === null) return [...rows];
    this.findings.push(
      wouldFail(this.input, migration, shape, error, failed?.sql ?? null, likelihood(shape, error.column, this.input.target?.facts)),
    );
    return [shape];
  }

  /** What a migration that is a program sends, learned by running it without rows. */
  private async scriptsOf(stage: Stage, migration: Migration, look: Look): Promise<string[]> {
    const dry = await stage.run(migration, 'up', look);
    return dry.statements.filter(({ error }) => error === null).map(({ sql }) => sql);
  }

  private async historyRows(stage: Stage, look: Look): Promise<Record<string, unknown>[]> {
    if (!look.history.exists) return [];
    return stage.sql(async (client) =>
      (await client.query<{ row: Record<string, unknown> }>(`SELECT row_to_json(h) AS row FROM ${look.history.table} h`)).rows.map(
        ({ row }) => row,
      ),
    );
  }

  private progress(done: number, message: string): void {
    if (this.input.signal?.aborted)
      throw new LockkeeperError('CANCELLED', 'The rehearsal was cancelled.', 'Call again when you need the answer.');
    this.input.progress?.(done, this.input.migrations.length, message);
  }
}

/** Tables that are filled because others point at them. */
function parentsOf(shapes: readonly Shape[], catalog: Awaited<ReturnType<Stage['catalog']>>): string[] {
  return shapes.flatMap(({ table }) =>
    [...(catalog.relations.get(table)?.constraints.values() ?? [])].flatMap((each) =>
      each.references === null ? [] : [each.references.table],
    ),
  );
}

function sorted(findings: readonly RehearsalFinding[]): RehearsalFinding[] {
  const rank = { high: 0, medium: 1, low: 2 };
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
}
