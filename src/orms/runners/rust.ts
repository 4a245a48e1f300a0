/** Cargo projects: dependencies, their versions and features, workspace inheritance included. */
import type { StackEvidence } from '../../core/stack.js';
import { joinPath, parentFolder, upwards } from '../paths.js';
import { at, isTable, readToml, textAt, type Table } from '../readers/formats.js';
import type { Repository } from '../repository.js';
import { lineOf } from '../tool.js';

export interface CargoPackage {
  file: string;
  folder: string;
  toml: Table;
}

export interface CargoDependency {
  version: string | null;
  features: string[];
  evidence: StackEvidence;
}

/** All readable `Cargo.toml` files. */
export function cargoPackages(repository: Repository): CargoPackage[] {
  return repository.once('Cargo.toml files', () =>
    repository.named('Cargo.toml').flatMap((file) => {
      const toml = readToml(repository, file);
      return toml === null ? [] : [{ file, folder: parentFolder(file), toml }];
    }),
  );
}

/** A dependency of a package; `workspace = true` is looked up in the workspace above. Null when not declared. */
export function cargoDependency(repository: Repository, cargo: CargoPackage, name: string): CargoDependency | null {
  for (const section of ['dependencies', 'dev-dependencies', 'build-dependencies', 'workspace']) {
    const declared = section === 'workspace' ? at(cargo.toml, 'workspace', 'dependencies', name) : at(cargo.toml, section, name);
    if (declared === undefined) continue;
    const line = lineOf(repository.tryRead(cargo.file) ?? '', new RegExp(`^\\s*(\\[.*dependencies\\.)?${name}\\b`, 'm'));
    const own = isTable(declared) ? declared : {};
    const inherited = own['workspace'] === true ? workspaceDependency(repository, cargo.folder, name) : undefined;
    const locked = lockedVersion(repository, cargo.folder, name);
    const version =
      locked ??
      (typeof declared === 'string'
        ? declared
        : (textAt(declared, 'version') ?? (typeof inherited === 'string' ? inherited : textAt(inherited, 'version'))));
    return {
      version,
      features: [...texts(own['features']), ...texts(at(inherited, 'features'))],
      evidence: { file: cargo.file, line, what: `depends on ${name}` },
    };
  }
  return null;
}

function workspaceDependency(repository: Repository, folder: string, name: string): unknown {
  for (const above of upwards(folder)) {
    const found = cargoPackages(repository).find((each) => each.folder === above);
    const declared = at(found?.toml, 'workspace', 'dependencies', name);
    if (declared !== undefined) return declared;
  }
  return undefined;
}

function lockedVersion(repository: Repository, folder: string, name: string): string | null {
  for (const above of upwards(folder)) {
    const lock = joinPath(above, 'Cargo.lock')!;
    if (!repository.hasFile(lock)) continue;
    const found = new RegExp(`name = "${name}"\\r?\\nversion = "([^"]+)"`).exec(repository.tryRead(lock) ?? '')?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
