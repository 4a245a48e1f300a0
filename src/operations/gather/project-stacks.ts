import { LockkeeperError, type LockkeeperProblem } from '../../core/errors.js';
import type { Remark } from '../../core/remark.js';
import type { Migration, Stack } from '../../core/stack.js';
import { baseName, isUnder } from '../../orms/paths.js';
import { detectStacks, findStack, listMigrations, Repository } from '../../orms/index.js';

interface Listed {
  migrations: Migration[];
  problems: LockkeeperProblem[];
  remarks: Remark[];
}

/** The stacks of a project, found once, and their migrations, listed once. */
export class ProjectStacks {
  private constructor(
    readonly repository: Repository,
    readonly stacks: readonly Stack[],
    /** What may have kept a stack from being found: broken configurations, folders that were left out. */
    readonly problems: readonly LockkeeperProblem[],
  ) {}

  private readonly listings = new Map<string, Listed>();

  static async open(root: string): Promise<ProjectStacks> {
    return ProjectStacks.of(await Repository.open(root));
  }

  static async of(repository: Repository): Promise<ProjectStacks> {
    const { stacks, problems } = await detectStacks(repository);
    const matters = problems.filter(
      ({ code, file }) => code === 'BROKEN_CONFIG' || code === 'INTERNAL' || (code === 'UNREADABLE' && file === undefined),
    );
    return new ProjectStacks(repository, stacks, matters);
  }

  /** Migrations of one stack in the tool's own order; none for a tool that is not supported yet. */
  async list(stack: Stack): Promise<Listed> {
    const known = this.listings.get(stack.id);
    if (known) return known;
    const found = stack.supported ? await listMigrations(this.repository, stack) : { migrations: [], problems: [] };
    const listing = { ...found, remarks: [...(found.remarks ?? []), ...this.autoMigrate(stack)] };
    this.listings.set(stack.id, listing);
    return listing;
  }

  /** Calls of GORM's AutoMigrate in the same Go module, which change the schema beside the migrations. */
  private autoMigrate(stack: Stack): Remark[] {
    const gorm = this.stacks.filter(
      (each) => each.tool === 'gorm' && (isUnder(stack.folder, each.folder) || isUnder(each.folder, stack.folder)),
    );
    const calls = stack.supported ? gorm.flatMap((each) => each.evidence.filter(({ what }) => what === 'AutoMigrate')) : [];
    return calls.map(({ file, line }) => ({
      kind: 'auto-migrate-at-start',
      file,
      line,
      migration: null,
      says: `${baseName(file)} calls AutoMigrate.`,
    }));
  }

  /**
   * The stack that is meant.
   *
   * @param id id of a stack, or nothing for the only one
   * @throws LockkeeperError STACK_NOT_FOUND, BAD_USAGE when several could be meant
   */
  choose(id: string | undefined): Stack {
    if (id !== undefined) return findStack(this.stacks, id);
    const supported = this.stacks.filter((stack) => stack.supported);
    const managed = supported.filter((stack) => stack.workflow === 'managed');
    // A project whose first migration is still to be made looks like one that pushes its schema.
    const candidates = managed.length > 0 ? managed : supported;
    if (candidates.length === 1 && candidates[0]) return candidates[0];
    if (candidates.length === 0) {
      throw new LockkeeperError(
        'STACK_NOT_FOUND',
        'No supported migration tool was found.',
        'Check the project folder, or name SQL files.',
      );
    }
    throw new LockkeeperError(
      'BAD_USAGE',
      'The project has several stacks.',
      `Say which one with --stack: ${candidates.map((stack) => stack.id).join(', ')}.`,
    );
  }
}
