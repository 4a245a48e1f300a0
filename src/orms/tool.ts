/** What a migration tool's file gives to lockkeeper, and helpers to build its answers. */
import type { LockkeeperProblem } from '../core/errors.js';
import type { Migration, Stack, StackEvidence, ToolName } from '../core/stack.js';
import { baseName, byText } from './paths.js';
import type { Repository } from './repository.js';

export interface Listing {
  migrations: Migration[];
  problems: LockkeeperProblem[];
}

/** One migration tool. Later operations (status, render, create, apply) are added to the same object. */
export interface MigrationTool {
  name: ToolName;
  /** False: recognised, not supported yet. */
  supported: boolean;
  /** Every stack of this tool. Reads files only; runs nothing of the project. */
  detect(repository: Repository): Stack[] | Promise<Stack[]>;
  /** Migrations of one stack in the tool's own order. */
  list?(repository: Repository, stack: Stack): Listing | Promise<Listing>;
}

/** A stack with what its tool knows of it beyond the shared vocabulary. */
export interface Found<Details> {
  stack: Stack;
  details: Details;
}

/** A stack with everything empty that was not given. */
export function newStack(given: Pick<Stack, 'tool' | 'supported' | 'folder'> & Partial<Stack>): Stack {
  return {
    id: `${given.tool}:${given.folder}`,
    workflow: 'managed',
    workflowNote: null,
    toolVersion: null,
    dialect: 'unknown',
    migrationFolders: [],
    order: 'unknown',
    migrationCount: 0,
    command: null,
    databaseSetting: null,
    transactionMode: 'per-file',
    heads: [],
    evidence: [],
    undetermined: [],
    problems: [],
    ...given,
  };
}

/** A migration with everything empty that was not given. */
export function newMigration(given: Pick<Migration, 'name' | 'stack' | 'file' | 'transactionMode'> & Partial<Migration>): Migration {
  return { position: 0, up: null, down: null, unrendered: null, notes: [], ...given };
}

/** Numbers migrations by their place in the list. */
export function positioned(migrations: Migration[]): Migration[] {
  return migrations.map((migration, position) => ({ ...migration, position }));
}

/**
 * Makes ids unique: the first stack of a folder keeps `tool:folder`, each further one gets what sets it apart.
 *
 * @param stacks stacks of one tool, sorted
 */
export function uniqueIds(stacks: Stack[]): void {
  const taken = new Set<string>();
  for (const stack of stacks) {
    const apart = stack.migrationFolders[0] ?? stack.evidence[0]?.file ?? 'other';
    for (const candidate of [stack.id, `${stack.id}#${baseName(apart)}`, `${stack.id}#${apart}`]) {
      if (taken.has(candidate)) continue;
      stack.id = candidate;
      break;
    }
    for (let number = 2; taken.has(stack.id); number += 1) stack.id = `${stack.tool}:${stack.folder}#${number}`;
    taken.add(stack.id);
  }
}

/** Finds a tool's stacks once for a repository, sorted and with unique ids; `list` looks its details up here. */
export function findOnce<Details>(repository: Repository, find: (repository: Repository) => Found<Details>[]): Found<Details>[] {
  return repository.once(find, () => {
    const found = find(repository);
    found.sort(
      (a, b) => byText(a.stack.folder, b.stack.folder) || byText(a.stack.migrationFolders[0] ?? '', b.stack.migrationFolders[0] ?? ''),
    );
    uniqueIds(found.map((each) => each.stack));
    return found;
  });
}

/** Drops evidence that says the same of the same place twice. */
export function withoutRepeats(evidence: StackEvidence[]): StackEvidence[] {
  const seen = new Set<string>();
  return evidence.filter((each) => {
    const key = `${each.file}:${each.line ?? ''}:${each.what}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Line, from 1, of an offset into a text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Line of the first match, or null. Blank lines that a pattern's leading `\s*` takes in do not count. */
export function lineOf(text: string, what: string | RegExp): number | null {
  if (typeof what === 'string') {
    const at = text.indexOf(what);
    return at === -1 ? null : lineAt(text, at);
  }
  const found = new RegExp(what.source, what.flags.replace(/[gy]/g, '')).exec(text);
  return found === null ? null : lineAt(text, found.index + Math.max(0, found[0].search(/\S/)));
}
