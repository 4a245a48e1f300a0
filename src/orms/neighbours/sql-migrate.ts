/** sql-migrate: SQL files with `-- +migrate Up`, and `dbconfig.yml`. */
import type { Stack } from '../../core/stack.js';
import { dialectOfName } from '../dialect.js';
import { isUnder, joinPath, parentFolder } from '../paths.js';
import { isTable, readYaml, textAt } from '../readers/formats.js';
import type { Repository } from '../repository.js';
import { goDrivers, goEvidence, goRequirement, owningGoModule } from '../runners/go.js';
import { onlyDialect } from '../dialect.js';
import { leadingNumber, orderOfNumbers, sqlFolders } from '../sql-folders.js';
import { lineOf, newStack, uniqueIds, type MigrationTool } from '../tool.js';

interface Configured {
  file: string;
  folder: string;
  dialect: string;
  variable: string | null;
  environments: string[];
}

function detect(repository: Repository): Stack[] {
  const configured = repository.named(/^dbconfig\.ya?ml$/).flatMap((file) => readConfig(repository, file));
  const stacks = sqlFolders(repository).flatMap(({ folder, files, marker }) => {
    const config = configured.find((each) => each.folder === folder);
    if (marker?.tool !== 'sql-migrate' && config === undefined) return [];
    const module = owningGoModule(repository, folder);
    const requirement = goRequirement(module, 'github.com/rubenv/sql-migrate');
    const home = config === undefined ? (module?.folder ?? parentFolder(folder)) : parentFolder(config.file);
    const stack = newStack({
      tool: 'sql-migrate',
      supported: false,
      folder: home,
      toolVersion: requirement?.version.replace(/^v/, '') ?? null,
      migrationFolders: [folder],
      command: ['sql-migrate'],
      dialect: config === undefined ? onlyDialect(goDrivers(module).map((driver) => driver.dialect)) : dialectOfName(config.dialect),
      databaseSetting: config?.variable ?? (config === undefined ? null : 'dbconfig.yml datasource'),
      order: orderOfNumbers(files.map(leadingNumber)),
      migrationCount: files.length,
      transactionMode: 'per-file',
      settings: { historyTable: 'gorp_migrations' },
    });
    if (marker !== null) stack.evidence.push({ file: marker.file, line: marker.line, what: '-- +migrate Up' });
    if (config !== undefined)
      stack.evidence.push({
        file: config.file,
        line: lineOf(repository.tryRead(config.file) ?? '', /^\s*dir\s*:/m),
        what: 'dbconfig.yml dir',
      });
    if (requirement !== null) stack.evidence.push(goEvidence(module!, requirement));
    if (config !== undefined && config.environments.length > 1)
      stack.undetermined.push(`environment: dbconfig.yml has ${config.environments.join(', ')}; choose with -env`);
    if (stack.dialect === 'unknown') stack.undetermined.push('dialect: neither dbconfig.yml nor one driver tells it');
    if (stack.databaseSetting === null) stack.undetermined.push('database: there is no dbconfig.yml');
    if (stack.toolVersion === null) stack.undetermined.push('version of sql-migrate: no go.mod requires it');
    return [stack];
  });
  uniqueIds(stacks);
  return stacks;
}

function readConfig(repository: Repository, file: string): Configured[] {
  const document = readYaml(repository, file)[0];
  if (!isTable(document)) return [];
  const environments = Object.keys(document).filter((name) => textAt(document, name, 'dialect') !== null);
  return environments.flatMap((name) => {
    const folder = joinPath(parentFolder(file), textAt(document, name, 'dir') ?? 'migrations');
    const variable = /\$\{?([A-Za-z_]\w*)/.exec(textAt(document, name, 'datasource') ?? '')?.[1] ?? null;
    return folder === null || !isUnder(folder, '.')
      ? []
      : [{ file, folder, dialect: textAt(document, name, 'dialect')!, variable, environments }];
  });
}

const sqlMigrate: MigrationTool = { name: 'sql-migrate', supported: false, detect };

export default sqlMigrate;
