/** SQL of Java migrations: Flyway runs them on a throw-away database, and the statements that it sent are taken from the wire. */
import type { RecordedStatement } from '../../core/recorded.js';
import type { Migration, Script } from '../../core/stack.js';
import { withValues } from '../run/recorded-sql.js';
import type { Rendering, ThrowAwayTarget, ToolCall } from '../tool.js';
import { errorOf, flywayMigrate } from './run.js';
import { compare, flywayVersion, normalVersion } from './version.js';

/** What Flyway and its driver send beside the migrations (seen with Flyway 11.20.3 and pgjdbc 42.7). */
const own =
  /^\s*(?:BEGIN|COMMIT|ROLLBACK|(?:RE)?SET ROLE\b.*|SET application_name\b.*|SHOW search_path|SELECT version\(\)|SELECT current_(?:user|schema)|SELECT current_catalog|SELECT rolname FROM pg_roles\b.*|SELECT COUNT\(\*\) FROM pg_namespace\b.*|SELECT set_config\('search_path'.*|SELECT pg_(?:try_)?advisory_.*|\/\*NO LOAD BALANCE\*\/.*)\s*$/is;

/** Only `migrate` of a build can run them: the flyway program needs classes, and has nothing to compile them with. */
export async function renderFlyway(call: ToolCall, names: readonly string[], throwAway: ThrowAwayTarget | null): Promise<Rendering> {
  const wanted = new Set(names);
  const asked = call.migrations.filter((each) => wanted.has(each.name) && each.unrendered !== null);
  const program = call.stack.command?.[0] ?? '';
  if (!/mvn|gradle/.test(program)) {
    const reason =
      program === ''
        ? 'the application runs it when it starts; with the Maven or Gradle plugin of Flyway it could be recorded'
        : 'the flyway program runs compiled classes only; with the Maven or Gradle plugin of Flyway it could be recorded';
    return { migrations: asked.map((each) => withNote(each, reason)), ran: [], problems: [] };
  }
  if (throwAway === null) return { migrations: asked, ran: [], problems: [] };
  const versions = asked.map((each) => flywayVersion(each.file));
  const last = versions.includes(null)
    ? null
    : (versions
        .filter((each) => each !== null)
        .sort(compare)
        .at(-1) ?? null);
  throwAway.recorded();
  const result = await flywayMigrate(call, throwAway.address, last, true);
  const runs = cut(throwAway.recorded(), call.stack.settings?.['historyTable'] ?? 'flyway_schema_history');
  const failed = result.exitCode === 0 ? null : (errorOf(result.said)?.message ?? lastLine(result.said));
  return {
    migrations: asked.map((migration) => rendered(migration, runs, failed)),
    ran: [`the build of the project (${program}), which compiles its classes into its own output folder, and the Java migrations`],
    problems:
      failed === null
        ? []
        : [
            {
              code: 'NOT_RENDERED',
              message: `migrate ended on a throw-away database: ${failed}`,
              next: 'Mend what it names; what comes after it is not rendered.',
            },
          ],
  };
}

interface Run {
  version: string | null;
  description: string;
  statements: RecordedStatement[];
}

/** Flyway writes its row directly after each migration: what was sent since the one before is the migration's. */
function cut(recorded: readonly RecordedStatement[], table: string): Run[] {
  const runs: Run[] = [];
  let statements: RecordedStatement[] = [];
  for (const statement of recorded) {
    if (/\bpg_(?:try_)?advisory_/.test(statement.sql)) statements = [];
    else if (statement.sql.includes(table)) {
      if (!/^\s*INSERT\b/i.test(statement.sql)) continue;
      const [, version, description] = statement.values;
      runs.push({ version: version == null ? null : normalVersion(version), description: description ?? '', statements });
      statements = [];
    } else if (!own.test(statement.sql) && !/\bpg_(?:catalog|class|namespace|proc|type)\b/.test(statement.sql)) statements.push(statement);
  }
  return runs;
}

function rendered(migration: Migration, runs: readonly Run[], failed: string | null): Migration {
  const version = flywayVersion(migration.file);
  const description = /__(.*?)\.\w+$/.exec(migration.name)?.[1]?.replaceAll('_', ' ') ?? '';
  const run = runs.find((each) =>
    version === null ? each.version === null && each.description === description : each.version === version,
  );
  if (run === undefined)
    return withNote(
      migration,
      failed === null ? 'Flyway did not run it' : `it, or one before it, does not run on a throw-away database: ${failed}`,
    );
  const lines: string[] = [];
  const places: NonNullable<Script['places']> = [{ from: 1, file: migration.file, line: null }];
  for (const { sql, values, failed: refused } of run.statements) {
    if (!refused) lines.push(...`${withValues(sql, values).trim().replace(/;*$/, '')};`.split('\n'));
  }
  const note =
    'runs Java: what it sends may depend on rows; it was recorded on empty tables, and which line sends a statement is not known';
  return {
    ...migration,
    up: { file: migration.file, line: 1, sql: lines.length === 0 ? '' : `${lines.join('\n')}\n`, places },
    transactionMode: run.statements.some((each) => !each.inTransaction) ? 'none' : 'per-file',
    unrendered: null,
    notes: [...migration.notes, { message: note, line: null }],
  };
}

function withNote(migration: Migration, message: string): Migration {
  return { ...migration, notes: [...migration.notes, { message, line: null }] };
}

function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.find((line) => /ERROR.*\.java|error:/.test(line)) ??
    lines.find((line) => /ERROR(?!.*: *$)/.test(line)) ??
    lines.at(-1) ??
    'it said nothing'
  ).slice(0, 300);
}
