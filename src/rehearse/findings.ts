/** What of a rehearsal a person must know, worded. */
import type { RehearsalFinding, RehearsedMigration } from '../core/rehearsal.js';
import type { Migration } from '../core/stack.js';
import type { RehearseInput } from './input.js';
import type { Shape } from './rows/shapes.js';
import type { StatementError } from './watch/sink.js';

/** It failed on rows that were made up; the real ones may be like that or not. */
export function wouldFail(
  input: RehearseInput,
  migration: Migration,
  shape: Shape,
  error: StatementError,
  sql: string | null,
  known: { says: string; likely: boolean } | null,
): RehearsalFinding {
  const any = shape.kind === 'plain';
  const where = sql === null ? '' : ` at: ${sql.replace(/\s+/g, ' ').trim().slice(0, 200)}`;
  const unknown =
    input.target === null
      ? 'Whether the target has such rows is not known here.'
      : 'The statistics do not tell whether the target has such rows.';
  return {
    kind: 'would-fail',
    severity: any || known?.likely !== false ? 'high' : 'medium',
    certainty: 'if such rows exist',
    migration: migration.name,
    source: { file: migration.up?.file ?? migration.file, line: migration.up?.line ?? null },
    title: any
      ? `${migration.name} fails as soon as ${shape.table} holds rows`
      : `${migration.name} fails if ${shape.table} has ${shape.says}`,
    why: `${error.code}: ${error.message}${where}. ${known?.says ?? unknown}`,
    next: `Count such rows on the target first, and mend them in a migration before this one.`,
  };
}

/** Findings that the migrations as a whole give. */
export function findingsOf(migrations: readonly RehearsedMigration[]): RehearsalFinding[] {
  return migrations.flatMap((migration) => [...failures(migration), ...predictions(migration), ...wayBack(migration)]);
}

function failures(migration: RehearsedMigration): RehearsalFinding[] {
  const found: RehearsalFinding[] = [];
  const about = { certainty: 'certain', migration: migration.name, source: null } as const;
  if (!migration.succeeded) {
    const failed = migration.statements.findLast((statement) => statement.error !== null);
    found.push({
      ...about,
      source: failed?.source ?? null,
      kind: 'fails',
      severity: 'high',
      title: `${migration.name} fails`,
      why: `${migration.error?.code ? `${migration.error.code}: ` : ''}${migration.error?.message ?? 'The tool did not record it.'}${failed ? ` at: ${failed.sql.replace(/\s+/g, ' ').trim().slice(0, 200)}` : ''}. No special row is needed for it.`,
      next: 'Mend the migration, then rehearse again. Those after it were not rehearsed.',
    });
    if (migration.schemaChanges.length > 0) {
      found.push({
        ...about,
        kind: 'partly-applied',
        severity: 'high',
        title: `${migration.name} leaves a part of itself when it fails`,
        why: `These objects were changed all the same: ${migration.schemaChanges.slice(0, 8).join('; ')}.`,
        next: 'Put what cannot run in a transaction into a migration of its own.',
      });
    }
  }
  if (migration.leftInvalid.length > 0) {
    found.push({
      ...about,
      kind: 'left-invalid',
      severity: 'medium',
      title: `${migration.name} leaves ${migration.leftInvalid.join(', ')} invalid`,
      why: 'It is kept up to date and does not do its work until it is validated, or built again.',
      next: 'Validate the constraint in a later migration; drop and rebuild an index.',
    });
  }
  return found;
}

function predictions(migration: RehearsedMigration): RehearsalFinding[] {
  return migration.statements
    .filter((statement) => statement.differences.length > 0)
    .map((statement) => ({
      kind: 'prediction' as const,
      severity: 'low' as const,
      certainty: 'certain' as const,
      migration: migration.name,
      source: statement.source,
      title: 'What was seen is not what was predicted',
      why: `${statement.differences.join(' ')} Statement: ${statement.sql.replace(/\s+/g, ' ').trim().slice(0, 200)}`,
      next: 'Trust what was seen here for this schema and version; a table that is empty here may be rewritten or read elsewhere.',
    }));
}

function wayBack(migration: RehearsedMigration): RehearsalFinding[] {
  const { wayBack: way } = migration;
  const about = { certainty: 'certain', migration: migration.name, source: null } as const;
  const found: RehearsalFinding[] = [];
  if (way.grade === 'irreversible') {
    found.push({
      ...about,
      kind: 'irreversible',
      severity: 'high',
      title: `The way back of ${migration.name} does not bring the schema back`,
      why: way.says,
      next: 'Mend the down migration, then rehearse again.',
    });
  } else if (way.grade === 'data lost') {
    found.push({
      ...about,
      kind: 'data-lost',
      severity: 'medium',
      title: `The way back of ${migration.name} loses data`,
      why: way.says,
      next: 'Keep the values somewhere before, or take a backup; say so in the plan.',
    });
  } else if (way.grade === 'no down') {
    const proven = way.rollback !== null;
    found.push({
      ...about,
      kind: 'no-way-back',
      severity: proven ? 'low' : 'medium',
      title: `${migration.name} has no way back of its own`,
      why: way.says,
      next:
        way.rollback === null
          ? 'Write the SQL that takes it back, and keep it with the migration.'
          : `Keep the SQL as ${way.rollback.file}: lockkeeper rehearse --write-rollback.`,
    });
  }
  if (way.upAgain === false && way.grade !== 'irreversible') {
    found.push({
      ...about,
      kind: 'not-up-again',
      severity: 'high',
      title: `${migration.name} does not run again after it was taken back`,
      why: 'After down and up the schema is not what it was after the first up, or the second up fails.',
      next: 'Something is left behind by the way back (a type, a function, a row of bookkeeping): mend it.',
    });
  }
  return found;
}
