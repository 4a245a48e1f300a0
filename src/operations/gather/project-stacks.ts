import { LockkeeperError, type LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import { isUnder } from '../../orms/paths.js';
import { detectStacks, findStack, listMigrations, Repository } from '../../orms/index.js';

/** The stacks of a project, found once, and their migrations, listed once. */
export class ProjectStacks {
  private constructor(
    readonly repository: Repository,
    readonly stacks: readonly Stack[],
    /** What may have kept a stack from being found: broken configurations, folders that were left out. */
    readonly problems: readonly LockkeeperProblem[],
  ) {}

  private readonly listings = new Map<string, { migrations: Migration[]; problems: LockkeeperProblem[] }>();

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
  async list(stack: Stack): Promise<{ migrations: Migration[]; problems: LockkeeperProblem[] }> {
    const known = this.listings.get(stack.id);
    if (known) return known;
    const listing = stack.supported ? await listMigrations(this.repository, stack) : { migrations: [], problems: [] };
    this.listings.set(stack.id, listing);
    return listing;
  }

  /** What changes the schema beside the migrations of a stack, e.g. AutoMigrate in the same application. */
  beside(folder: string): LockkeeperProblem[] {
    return this.stacks
      .filter((stack) => stack.workflow === 'unmanaged' && (isUnder(folder, stack.folder) || isUnder(stack.folder, folder)))
      .flatMap((stack) => stack.problems);
  }

  /**
   * The stack that is meant.
   *
   * @param id id of a stack, or nothing for the only one
   * @throws LockkeeperError STACK_NOT_FOUND, BAD_USAGE when several could be meant
   */
  choose(id: string | undefined): Stack {
    if (id !== undefined) return findStack(this.stacks, id);
    const candidates = this.stacks.filter((stack) => stack.supported && stack.workflow === 'managed');
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
