/** Migration stacks of a repository: found and listed by reading files only. */
import { LockkeeperError, type LockkeeperProblem } from '../core/errors.js';
import type { Stack } from '../core/stack.js';
import alembic from './alembic.js';
import diesel from './diesel.js';
import django from './django.js';
import drizzle from './drizzle.js';
import flyway from './flyway.js';
import goose from './goose.js';
import dbmate from './neighbours/dbmate.js';
import golangMigrate from './neighbours/golang-migrate.js';
import gorm from './neighbours/gorm.js';
import knex from './neighbours/knex.js';
import liquibase from './neighbours/liquibase.js';
import plainSql from './neighbours/plain-sql.js';
import rails from './neighbours/rails.js';
import sequelize from './neighbours/sequelize.js';
import sqlMigrate from './neighbours/sql-migrate.js';
import typeorm from './neighbours/typeorm.js';
import { byText, isUnder } from './paths.js';
import prisma from './prisma.js';
import { Repository } from './repository.js';
import type { Listing, MigrationTool } from './tool.js';

export { Repository } from './repository.js';
export type { Listing, MigrationTool } from './tool.js';

/** Every tool that is told apart, the supported ones first. */
export const migrationTools: readonly MigrationTool[] = [
  prisma,
  drizzle,
  alembic,
  django,
  goose,
  diesel,
  flyway,
  golangMigrate,
  dbmate,
  sqlMigrate,
  knex,
  typeorm,
  sequelize,
  rails,
  liquibase,
  gorm,
  plainSql,
];

export interface Detection {
  /** Sorted by folder, then by tool; ids are unique. */
  stacks: Stack[];
  /** Problems that belong to no stack: unreadable files, broken configurations, links not followed. */
  problems: LockkeeperProblem[];
}

/**
 * Finds every migration stack of a repository. Reads files only: no code of the project runs, no link out is followed.
 *
 * @param root path of the repository, or a repository that is open already
 * @returns stacks, and what could not be read; one broken file keeps nothing else from being found
 * @throws LockkeeperError PATH_NOT_FOUND when the folder is missing or a file
 */
export async function detectStacks(root: string | Repository): Promise<Detection> {
  const repository = typeof root === 'string' ? await Repository.open(root) : root;
  const found: Stack[] = [];
  for (const tool of migrationTools) {
    try {
      found.push(...(await tool.detect(repository)));
    } catch {
      // The text of an unforeseen error may quote a file, and so a secret: it is not passed on.
      repository.report({
        code: 'INTERNAL',
        message: `Looking for ${tool.name} failed; the other tools were looked for.`,
        next: 'Report this as a defect of lockkeeper, with the layout of the repository.',
      });
    }
  }
  const stacks = found.filter(
    (stack) => stack.tool !== 'plain-sql' || !found.some((other) => other !== stack && owns(other, stack.migrationFolders[0] ?? '')),
  );
  stacks.sort((a, b) => byText(a.folder, b.folder) || byText(a.id, b.id));
  return { stacks: structuredClone(stacks), problems: repository.problems };
}

/** True when a folder of SQL files is another stack's: its migrations, or what lies in them. */
function owns(stack: Stack, folder: string): boolean {
  return stack.tool !== 'plain-sql' && stack.migrationFolders.some((own) => own !== '.' && isUnder(folder, own));
}

/**
 * Migrations of a stack in the tool's own order, with their scripts.
 *
 * @param root as for `detectStacks`
 * @param stack one of its answers
 * @returns migrations, and what could not be read or placed; NOT_SUPPORTED_YET among the problems for a neighbour
 * @throws LockkeeperError PATH_NOT_FOUND, STACK_NOT_FOUND
 */
export async function listMigrations(root: string | Repository, stack: Stack): Promise<Listing> {
  const repository = typeof root === 'string' ? await Repository.open(root) : root;
  const tool = migrationTools.find((each) => each.name === stack.tool);
  if (tool === undefined) throw new LockkeeperError('STACK_NOT_FOUND', `There is no tool ${stack.tool}.`, 'Run detect to see the stacks.');
  if (tool.list === undefined) {
    return {
      migrations: [],
      problems: [
        {
          code: 'NOT_SUPPORTED_YET',
          message: `${stack.tool} is recognised, not supported yet.`,
          next: 'Assess its SQL files by naming them.',
        },
      ],
    };
  }
  return tool.list(repository, stack);
}

/**
 * A stack by its id; a tool's name or a folder is enough when only one stack has it.
 *
 * @throws LockkeeperError STACK_NOT_FOUND when none or several fit
 */
export function findStack(stacks: readonly Stack[], wanted: string): Stack {
  const exact = stacks.find((stack) => stack.id === wanted);
  if (exact !== undefined) return exact;
  const fitting = stacks.filter((stack) => stack.tool === wanted || stack.folder === wanted.replace(/\/+$/, ''));
  if (fitting.length === 1) return fitting[0]!;
  const known = stacks.map((stack) => stack.id).join(', ') || 'none';
  if (fitting.length > 1)
    throw new LockkeeperError(
      'STACK_NOT_FOUND',
      `Several stacks fit ${wanted}.`,
      `Give one of the ids: ${fitting.map((stack) => stack.id).join(', ')}.`,
    );
  throw new LockkeeperError('STACK_NOT_FOUND', `There is no stack ${wanted}.`, `Give one of the ids: ${known}.`);
}
