/** Prisma: schema files, `prisma.config.*`, and a folder of `<timestamp>_<name>/migration.sql`. */
import type { Dialect, Stack } from '../core/stack.js';
import { dialectOfName } from './dialect.js';
import { baseName, isUnder, joinPath, parentFolder, upwards } from './paths.js';
import { listPrisma, lockProvider, prismaFolders, prismaTransactionMode } from './prisma/migrations.js';
import { prismaProjects, type PrismaProject } from './prisma/config.js';
import { prismaDanger } from './prisma/danger.js';
import { readPrismaSchema, type SchemaBlock } from './prisma/schema.js';
import type { Repository } from './repository.js';
import { allPackages, javascriptCommand, majorOf, packageVersion } from './runners/javascript.js';
import { findOnce, newStack, withoutRepeats, type Found, type MigrationTool } from './tool.js';

interface Datasource extends SchemaBlock {
  file: string;
}

/** Datasource blocks of all schema files, once. */
function datasources(repository: Repository): Datasource[] {
  return repository.once('prisma datasources', () =>
    repository.withExtension('prisma').flatMap((file) => {
      const text = repository.tryRead(file);
      if (text === null) return [];
      return readPrismaSchema(text)
        .blocks.filter((block) => block.kind === 'datasource')
        .map((block) => ({ ...block, file }));
    }),
  );
}

function find(repository: Repository): Found<null>[] {
  const found: Found<null>[] = [];
  const claimed = new Set<string>();
  // Where two folders configure one schema, the one that has the dependency comes first.
  const projects = [...prismaProjects(repository)].sort(
    (a, b) =>
      Number(b.evidence.some((each) => each.what.startsWith('depends on'))) -
      Number(a.evidence.some((each) => each.what.startsWith('depends on'))),
  );
  for (const project of projects) {
    const { schema } = project;
    if (schema === null) continue;
    const source = datasources(repository).find((each) => each.file === schema || isUnder(each.file, schema));
    const present = repository.hasFile(schema) || repository.filesUnder(schema).some((file) => file.endsWith('.prisma'));
    if (!present) {
      repository.report({
        code: 'PATH_NOT_FOUND',
        message: `The Prisma configuration in ${project.folder} names the schema ${schema}, which does not exist.`,
        next: 'Correct the path in the configuration.',
        file: schema,
      });
      continue;
    }
    claimed.add(source?.file ?? schema);
    const twin = found.find(
      ({ stack }) => stack.settings?.['schema'] === schema && project.migrations === (stack.migrationFolders[0] ?? null),
    );
    if (twin !== undefined) {
      twin.stack.evidence.push(...project.evidence);
      twin.stack.undetermined.push(`the folder ${project.folder} configures the same schema and migrations: commands may be run in either`);
      continue;
    }
    found.push({ stack: stackOf(repository, project, schema, source ?? null), details: null });
  }
  for (const source of datasources(repository)) {
    if (claimed.has(source.file) || found.some(({ stack }) => stack.evidence.some((each) => each.file === source.file))) continue;
    found.push({ stack: stackOf(repository, unconfigured(repository, source.file), source.file, source), details: null });
  }
  return found;
}

/** A schema that no configuration names: still a stack, run with `--schema`. */
function unconfigured(repository: Repository, file: string): PrismaProject {
  const folder = parentFolder(file);
  const above = baseName(folder) === 'prisma' ? parentFolder(folder) : folder;
  const owner = upwards(folder).find((each) => allPackages(repository).some(({ folder: owned }) => owned === each));
  const isDefault = joinPath(owner ?? above, 'prisma/schema.prisma') === file || joinPath(owner ?? above, 'schema.prisma') === file;
  return {
    folder: owner ?? above,
    schema: file,
    migrations: null,
    variables: [],
    urlSetting: null,
    evidence: [],
    adapterEngine: false,
    undetermined: isDefault ? [] : [`no configuration names ${file}: commands need --schema`],
  };
}

function stackOf(repository: Repository, project: PrismaProject, schema: string, source: Datasource | null): Stack {
  const { folder } = project;
  const version = packageVersion(repository, folder, 'prisma');
  const runner = javascriptCommand(repository, folder, 'prisma');
  const beside = source !== null ? parentFolder(source.file) : repository.hasFile(schema) ? parentFolder(schema) : schema;
  const migrationFolder = project.migrations ?? joinPath(beside, 'migrations')!;
  const { complete, empty } = prismaFolders(repository, migrationFolder);
  const lock = lockProvider(repository, migrationFolder);
  const provider = source?.settings.get('provider') ?? null;
  const dialect: Dialect = dialectOfName(provider?.literal ?? lock?.provider ?? '');
  const url = source?.settings.get('directUrl') ?? source?.settings.get('url') ?? null;
  const transaction = prismaTransactionMode(dialect, version.version, source?.settings.has('url') ?? false);
  const managed = complete.length > 0 || lock !== null;
  const stack = newStack({
    tool: 'prisma',
    supported: true,
    folder,
    toolVersion: version.version,
    dialect,
    command: runner.command,
    migrationFolders: managed || project.migrations !== null ? [migrationFolder] : [],
    order: 'timestamp',
    migrationCount: complete.length,
    transactionMode: transaction.mode,
    workflow: managed ? 'managed' : 'push',
    workflowNote: managed
      ? null
      : 'There are no migrations: the schema is pushed to the database (prisma db push), without history, review or a way back.',
    databaseSetting:
      project.variables[0] ?? url?.variable ?? project.urlSetting ?? (url?.literal ? `${source!.file} datasource url` : null),
    evidence: [...project.evidence, ...version.evidence, ...runner.evidence],
    undetermined: [...project.undetermined, ...version.undetermined, ...runner.undetermined, ...transaction.undetermined],
    settings: { schema, historyTable: '_prisma_migrations' },
  });
  if (source !== null)
    stack.evidence.push({
      file: source.file,
      line: source.line,
      what: `datasource ${source.name}${provider?.literal ? ` (${provider.literal})` : ''}`,
    });
  else stack.undetermined.push(`dialect: ${schema} has no datasource block`);
  if (source !== null && dialect === 'unknown')
    stack.undetermined.push(`dialect: the provider ${provider?.literal ?? ''} is not one that lockkeeper judges`.replace('  ', ' '));
  if (project.migrations !== null && !repository.hasFolder(project.migrations))
    stack.undetermined.push(`folder: migrations.path names ${project.migrations}, which is not in the repository`);
  if (lock !== null) stack.evidence.push(lock.evidence);
  if (stack.databaseSetting === null) stack.undetermined.push('database: no url in the schema and none in a prisma.config');
  if (lock !== null && provider?.literal && dialectOfName(lock.provider) !== dialect) {
    stack.problems.push({
      code: 'CONFIG_INVALID',
      message: `The schema says ${provider.literal}, migration_lock.toml says ${lock.provider}: Prisma refuses to run (P3019).`,
      next: 'Point the schema at the right migrations folder, or start a new history for the other database.',
      file: lock.evidence.file,
      ...(lock.evidence.line === null ? {} : { line: lock.evidence.line }),
    });
  }
  for (const each of empty) {
    stack.problems.push({
      code: 'MIGRATION_NOT_FOUND',
      message: `The folder ${each} has no migration.sql: prisma migrate deploy stops with P3015.`,
      next: 'Restore the file from version control, or delete the folder if it was never applied.',
      file: each,
    });
  }
  if (project.adapterEngine && majorOf(version.version) === 6) {
    stack.problems.push({
      code: 'CONFIG_INVALID',
      message: 'engine "js" with an adapter in Prisma 6: the shadow database may be the main database, and a replay would run there.',
      next: 'Do not run migrate dev or migrate diff from migrations with it; use the classic engine, or Prisma 7.',
      file: project.evidence[0]?.file ?? schema,
    });
  }
  if ((majorOf(version.version) ?? 0) >= 8) {
    stack.problems.push({
      code: 'NOT_SUPPORTED_YET',
      message: 'Prisma 8 and later has another command line, which lockkeeper does not run.',
      next: 'Its files are read; run its commands yourself.',
    });
  }
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

const prisma: MigrationTool = {
  name: 'prisma',
  supported: true,
  detect: (repository) => findOnce(repository, find).map(({ stack }) => stack),
  list: listPrisma,
  history: async (call, read) => (await import('./prisma/history.js')).prismaHistory(call, read),
  create: async (call, wanted, throwAway) => (await import('./prisma/create.js')).createPrisma(call, wanted, throwAway),
  check: async (call, throwAway) => (await import('./prisma/check.js')).checkPrisma(call, throwAway),
  apply: async (call, migration) => (await import('./prisma/run.js')).applyPrisma(call, migration),
  applyUntil: async (call, migration) => (await import('./prisma/run.js')).applyPrisma(call, migration),
  rollback: async (call, migration) => (await import('./prisma/run.js')).rollbackPrisma(call, migration),
  bookkeeping: async (call, migration) => (await import('./prisma/bookkeeping.js')).prismaBookkeeping(call, migration),
  forget: async (call, migration) => (await import('./prisma/run.js')).forgetPrisma(call, migration),
  danger: prismaDanger,
};

export default prisma;
