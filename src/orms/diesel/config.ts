/** Where Diesel's migrations lie: `diesel.toml`, the default folder beside `Cargo.toml`, `embed_migrations!`. */
import type { StackEvidence } from '../../core/stack.js';
import { byText, isUnder, joinPath, parentFolder, upwards } from '../paths.js';
import { textAt, readToml } from '../readers/formats.js';
import { environmentFilesUnder, environmentOfFile } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { cargoDependency, cargoPackages, type CargoPackage } from '../runners/rust.js';
import { lineAt, lineOf } from '../tool.js';
import { dieselEntries } from './folder.js';

export interface DieselProject {
  folder: string;
  migrations: string;
  config: string | null;
  schema: string | null;
  cargo: CargoPackage | null;
  embedded: boolean;
  evidence: StackEvidence[];
  undetermined: string[];
}

/** Every Diesel migrations directory, with what names it. */
export function dieselProjects(repository: Repository): DieselProject[] {
  const found = new Map<string, DieselProject>();
  for (const config of configs(repository)) {
    const project = ofConfig(repository, config);
    if (project !== null && !found.has(project.migrations)) found.set(project.migrations, project);
  }
  for (const cargo of cargoPackages(repository)) {
    const dependency = cargoDependency(repository, cargo, 'diesel') ?? cargoDependency(repository, cargo, 'diesel_migrations');
    if (dependency === null) continue;
    const folder = upwards(cargo.folder)
      .map((above) => joinPath(above, 'migrations')!)
      .find((each) => dieselEntries(repository, each).length > 0);
    const known = folder === undefined ? undefined : found.get(folder);
    if (known !== undefined) {
      known.cargo ??= cargo;
      known.evidence.push(dependency.evidence);
    } else if (folder !== undefined && ![...found.values()].some((each) => each.folder === cargo.folder)) {
      found.set(folder, {
        folder: parentFolder(folder),
        migrations: folder,
        config: null,
        schema: null,
        cargo,
        embedded: false,
        evidence: [dependency.evidence],
        undetermined: [],
      });
    }
  }
  addEmbedded(repository, found);
  return [...found.values()];
}

/** `diesel.toml` files, and those that DIESEL_CONFIG_FILE names. */
function configs(repository: Repository): string[] {
  const named = environmentFilesUnder(repository, '.').flatMap((file) => {
    const entry = environmentOfFile(repository, file).get('DIESEL_CONFIG_FILE');
    const path = entry === undefined ? null : joinPath(parentFolder(file), entry.value);
    return path !== null && repository.hasFile(path) ? [path] : [];
  });
  return [...new Set([...repository.named('diesel.toml'), ...named])].sort(byText);
}

function ofConfig(repository: Repository, config: string): DieselProject | null {
  const folder = parentFolder(config);
  const text = repository.tryRead(config) ?? '';
  const toml = readToml(repository, config);
  const written = textAt(toml, 'migrations_directory', 'dir');
  const resolved = written === null ? joinPath(folder, 'migrations') : joinPath(folder, written);
  const project: DieselProject = {
    folder,
    migrations: resolved ?? joinPath(folder, 'migrations')!,
    config,
    schema: textAt(toml, 'print_schema', 'file'),
    cargo: owningCargo(repository, folder),
    embedded: false,
    evidence: [
      {
        file: config,
        line: written === null ? 1 : lineOf(text, /^\s*dir\s*=/m),
        what: written === null ? 'Diesel config' : 'migrations_directory.dir',
      },
    ],
    undetermined: [],
  };
  if (resolved === null)
    project.undetermined.push(
      `migrations_directory.dir in ${config} is an absolute path or leads out of the repository: ${project.migrations} was taken`,
    );
  const dependency = project.cargo === null ? null : cargoDependency(repository, project.cargo, 'diesel');
  if (dependency !== null) project.evidence.push(dependency.evidence);
  return project;
}

function owningCargo(repository: Repository, folder: string): CargoPackage | null {
  const all = cargoPackages(repository);
  const above = upwards(folder).flatMap((each) => all.filter((cargo) => cargo.folder === each));
  return above.find((cargo) => cargoDependency(repository, cargo, 'diesel') !== null) ?? above[0] ?? null;
}

/** `embed_migrations!("path")` counts from the folder of Cargo.toml; without a path it looks for `migrations` upwards. */
function addEmbedded(repository: Repository, found: Map<string, DieselProject>): void {
  for (const file of repository.withExtension('rs')) {
    const text = repository.peek(file, 128 * 1024);
    if (!text.includes('embed_migrations!')) continue;
    const cargo = owningCargo(repository, parentFolder(file));
    for (const call of text.matchAll(/^(?!\s*\/\/).*\bembed_migrations!\s*\(\s*(?:"([^"]*)")?\s*\)/gm)) {
      if (cargo === null) continue;
      const candidates =
        call[1] === undefined ? upwards(cargo.folder).map((above) => joinPath(above, 'migrations')!) : [joinPath(cargo.folder, call[1])];
      const folder = candidates.find((each) => each !== null && repository.hasFolder(each));
      const evidence = { file, line: lineAt(text, call.index), what: 'embed_migrations!: the application can run them itself' };
      if (folder === undefined || folder === null) continue;
      const known = found.get(folder);
      if (known === undefined)
        found.set(folder, {
          folder: cargo.folder,
          migrations: folder,
          config: null,
          schema: null,
          cargo,
          embedded: true,
          evidence: [evidence],
          undetermined: [],
        });
      else {
        known.embedded = true;
        known.evidence.push(evidence);
      }
    }
  }
  // A configuration whose own folder holds only the folders of several databases stands for those.
  for (const [folder, project] of found) {
    const inner = [...found.values()].filter((each) => each !== project && isUnder(each.migrations, folder));
    if (inner.length === 0 || dieselEntries(repository, folder).length > 0) continue;
    found.delete(folder);
    for (const each of inner) {
      each.config ??= project.config;
      each.schema ??= project.schema;
      each.evidence.unshift(...project.evidence);
      if (project.config !== null) each.undetermined.push(`${project.config} does not name this folder: commands need --migration-dir`);
    }
  }
}
