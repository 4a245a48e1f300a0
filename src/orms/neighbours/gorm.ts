/** GORM: AutoMigrate changes the schema from code, without files. */
import type { LockkeeperProblem } from '../../core/errors.js';
import type { Stack } from '../../core/stack.js';
import { onlyDialect } from '../dialect.js';
import { databaseVariables } from '../readers/environment-hint.js';
import type { Repository } from '../repository.js';
import { goDrivers, goEvidence, goFiles, goMatches, goModules, goRequirement, type GoMatch, type GoModule } from '../runners/go.js';
import { newStack, withoutRepeats, type MigrationTool } from '../tool.js';

const unmanaged =
  'AutoMigrate changes the schema when the application starts: no migration files, no history, no review, no transaction and no way back. It adds tables, columns and indexes, may rewrite columns, and never drops what a model no longer has. lockkeeper cannot plan or rehearse it; write the changes as migrations of a tool such as goose and take the call out.';

/**
 * Calls by which the application of a module changes the schema when it starts, each as a problem with its file and line. Calls
 * inside versioned migrations are not meant.
 */
export function automaticMigrations(repository: Repository, module: GoModule): LockkeeperProblem[] {
  return calls(repository, module)
    .slice(0, 10)
    .map(({ file, line }) => ({
      code: 'UNMANAGED_SCHEMA',
      message: `AutoMigrate changes the schema when this code runs, mostly at the start of the application: ${effects}`,
      next: 'Write what it would change as migrations, and take the call out; until then a judgement of the migrations is not all that happens at a deploy.',
      file,
      line,
    }));
}

const effects =
  'it adds tables, columns, NOT NULL, foreign keys (validated at once) and indexes (not concurrently), and changes types of columns (a rewrite), without history, review or a way back.';

function calls(repository: Repository, module: GoModule): GoMatch[] {
  const versioned = /\bgoose\.Add(Named)?Migration|\bgormigrate\./;
  return goMatches(repository, goFiles(repository, module), /\.AutoMigrate\(/, '.AutoMigrate(').filter(
    ({ file }) => !versioned.test(repository.tryRead(file) ?? ''),
  );
}

function detect(repository: Repository): Stack[] {
  return goModules(repository).flatMap((module) => {
    const requirement = goRequirement(module, 'gorm.io/gorm') ?? goRequirement(module, 'github.com/jinzhu/gorm');
    if (requirement === null || requirement.indirect) return [];
    return stackOf(repository, module, requirement) ?? [];
  });
}

function stackOf(repository: Repository, module: GoModule, requirement: GoModule['requires'][number]): Stack | null {
  const files = goFiles(repository, module);
  const found = calls(repository, module);
  const versioned = goRequirement(module, 'github.com/go-gormigrate/gormigrate');
  if (found.length === 0 && versioned === null) return null;
  const drivers = goDrivers(module).filter(
    (driver) => driver.path.startsWith('gorm.io/driver/') || driver.path.startsWith('github.com/glebarez/'),
  );
  const opening = [
    ...new Set([
      ...found.map((call) => call.file),
      ...goMatches(repository, files, /\bgorm\.Open\(/, 'gorm.Open').map((call) => call.file),
    ]),
  ];
  const variables = goMatches(repository, opening, /\bos\.(?:Getenv|LookupEnv)\("(\w+)"\)/, 'os.').map(({ match }) => match[1]!);
  const stack = newStack({
    tool: 'gorm',
    supported: false,
    folder: module.folder,
    toolVersion: requirement.version.replace(/^v/, ''),
    dialect: onlyDialect(drivers.map((driver) => driver.dialect)),
    workflow: versioned === null ? 'unmanaged' : 'managed',
    workflowNote:
      versioned === null
        ? unmanaged
        : 'gormigrate: versioned migrations written as Go code, run by the application; their SQL cannot be read from the files.',
    order: 'unknown',
    transactionMode: 'none',
    databaseSetting: databaseVariables(variables)[0] ?? null,
    settings: versioned === null ? {} : { historyTable: 'migrations' },
    problems: automaticMigrations(repository, module),
    evidence: [
      goEvidence(module, requirement),
      ...found.slice(0, 10).map(({ file, line }) => ({ file, line, what: 'AutoMigrate' })),
      ...(versioned === null ? [] : [goEvidence(module, versioned)]),
    ],
    undetermined: ['command: there is none, the application changes the schema itself'],
  });
  if (versioned !== null) stack.undetermined.push('number of migrations: they are Go code');
  if (stack.dialect === 'unknown') stack.undetermined.push('dialect: no single driver of GORM is required');
  if (stack.databaseSetting === null) stack.undetermined.push('database: the code that opens it names no variable');
  stack.evidence = withoutRepeats(stack.evidence);
  return stack;
}

const gorm: MigrationTool = { name: 'gorm', supported: false, detect };

export default gorm;
