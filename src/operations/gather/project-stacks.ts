import { LockkeeperError, type LockkeeperProblem } from '../../core/errors.js';
import type { Migration, Stack } from '../../core/stack.js';
import { detectStacks, listMigrations } from '../../orms/index.js';

/** The stacks of a project, found once, and their migrations, listed once. */
export class ProjectStacks {
  private constructor(
    readonly root: string,
    readonly stacks: readonly Stack[],
    /** Problems of the search that belong to no stack. */
    readonly problems: readonly LockkeeperProblem[],
  ) {}

  private readonly listings = new Map<string, { migrations: Migration[]; problems: LockkeeperProblem[] }>();

  static async open(root: string): Promise<ProjectStacks> {
    const { stacks, problems } = await detectStacks(root);
    return new ProjectStacks(root, stacks, problems);
  }

  /** Migrations of one stack in the tool's own order; none for a tool that is not supported yet. */
  async list(stack: Stack): Promise<{ migrations: Migration[]; problems: LockkeeperProblem[] }> {
    const known = this.listings.get(stack.id);
    if (known) return known;
    const listing = stack.supported ? await listMigrations(this.root, stack) : { migrations: [], problems: [] };
    this.listings.set(stack.id, listing);
    return listing;
  }

  /**
   * The stack that is meant.
   *
   * @param id id of a stack, or nothing for the only one
   * @throws LockkeeperError STACK_NOT_FOUND, BAD_USAGE when several could be meant
   */
  choose(id: string | undefined): Stack {
    const ids = this.stacks.map((stack) => stack.id).join(', ');
    if (id !== undefined) {
      const found = this.stacks.find((stack) => stack.id === id);
      if (found) return found;
      const next = this.stacks.length === 0 ? 'No migration tool was found here: check the project folder.' : `Stacks here: ${ids}.`;
      throw new LockkeeperError('STACK_NOT_FOUND', `There is no stack ${id}.`, next);
    }
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
