/** JavaScript projects: which package owns a folder, which version of a tool it has, and how commands are run there. */
import type { StackEvidence } from '../../core/stack.js';
import { joinPath, parentFolder, relativeTo, upwards } from '../paths.js';
import { isTable, readJson, textAt, type Table } from '../readers/formats.js';
import type { Repository } from '../repository.js';
import { lineOf } from '../tool.js';

export interface JavascriptPackage {
  file: string;
  folder: string;
  json: Table;
}

/** A tool's version, and how sure it is. */
export interface ToolVersion {
  version: string | null;
  evidence: StackEvidence[];
  undetermined: string[];
}

const manifestSections = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** All readable `package.json` files. */
export function allPackages(repository: Repository): JavascriptPackage[] {
  return repository.once('package.json files', () =>
    repository.named('package.json').flatMap((file) => {
      const json = readJson(repository, file);
      return isTable(json) ? [{ file, folder: parentFolder(file), json }] : [];
    }),
  );
}

/** The package that a folder belongs to: the nearest `package.json` at or above it. */
export function owningPackage(repository: Repository, folder: string): JavascriptPackage | null {
  for (const above of upwards(folder)) {
    const found = allPackages(repository).find((each) => each.folder === above);
    if (found !== undefined) return found;
  }
  return null;
}

/** Version range of a dependency as the package declares it, or null. */
export function declaredRange(owner: JavascriptPackage | null, name: string): string | null {
  if (owner === null) return null;
  for (const section of manifestSections) {
    const range = textAt(owner.json, section, name);
    if (range !== null) return range;
  }
  return null;
}

/** Scripts of a package whose text matches, with their line. */
export function scriptsWith(
  repository: Repository,
  owner: JavascriptPackage,
  pattern: RegExp,
): { name: string; text: string; line: number | null }[] {
  const { scripts } = owner.json;
  if (!isTable(scripts)) return [];
  return Object.entries(scripts).flatMap(([name, text]) => {
    if (typeof text !== 'string' || !pattern.test(text)) return [];
    return [{ name, text, line: lineOf(repository.tryRead(owner.file) ?? '', `"${name}"`) }];
  });
}

/** Evidence that a package declares a dependency, at its line. */
export function dependencyEvidence(repository: Repository, owner: JavascriptPackage, name: string): StackEvidence {
  return {
    file: owner.file,
    line: lineOf(repository.tryRead(owner.file) ?? '', new RegExp(`"${escaped(name)}"\\s*:\\s*"`)),
    what: `depends on ${name}`,
  };
}

/**
 * Version of a tool for a folder: what is installed, else what a lockfile says, else the declared range.
 *
 * @param folder where the tool would be run
 * @param name package name
 */
export function packageVersion(repository: Repository, folder: string, name: string): ToolVersion {
  const evidence: StackEvidence[] = [];
  let range: string | null = null;
  for (const above of upwards(folder)) {
    const owner = allPackages(repository).find((each) => each.folder === above) ?? null;
    const declared = declaredRange(owner, name);
    if (owner !== null && declared !== null) {
      range ??= declared;
      evidence.push(dependencyEvidence(repository, owner, name));
      break;
    }
  }
  for (const above of upwards(folder)) {
    const installed = installedVersion(repository, joinPath(above, `node_modules/${name}/package.json`) ?? '');
    const version = installed ?? lockedVersion(repository, above, name);
    if (version !== null) return { version, evidence, undetermined: [] };
  }
  if (range === null) return { version: null, evidence, undetermined: [`version of ${name}: no package.json names it`] };
  if (!/\d/.test(range) || /^(workspace|catalog|link|file|git|github|https?):/.test(range)) {
    return { version: null, evidence, undetermined: [`version of ${name}: package.json does not give a number and no lockfile was found`] };
  }
  const undetermined = /^v?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range) ? [] : [`exact version of ${name}: only the range ${range} is known`];
  return { version: range, evidence, undetermined };
}

function installedVersion(repository: Repository, manifest: string): string | null {
  // Read past the walk, which skips node_modules; a missing one is the usual case.
  try {
    return textAt(JSON.parse(repository.read(manifest)), 'version');
  } catch {
    return null;
  }
}

function lockedVersion(repository: Repository, folder: string, name: string): string | null {
  const file = (base: string): string | null => {
    const path = joinPath(folder, base)!;
    return repository.hasFile(path) ? path : null;
  };
  for (const lock of [file('package-lock.json'), file('npm-shrinkwrap.json')]) {
    if (lock === null) continue;
    const json = readJson(repository, lock);
    const packages = isTable(json) ? (json['packages'] ?? json['dependencies']) : null;
    const version = textAt(packages, `node_modules/${name}`, 'version') ?? textAt(packages, name, 'version');
    if (version !== null) return version;
  }
  const plain = escaped(name);
  const patterns: [string | null, RegExp][] = [
    [file('pnpm-lock.yaml'), new RegExp(`^ {2}['"]?/?${plain}[@/](\\d+\\.\\d+\\.\\d+[\\w.-]*)`, 'gm')],
    [file('yarn.lock'), new RegExp(`^"?${plain}@[^\\n]*:\\r?\\n {2}version:? "?([\\w.-]+)"?`, 'gm')],
    [file('bun.lock'), new RegExp(`^ *"${plain}": \\["${plain}@([\\w.-]+)"`, 'gm')],
  ];
  for (const [lock, pattern] of patterns) {
    if (lock === null) continue;
    const versions = new Set([...(repository.tryRead(lock) ?? '').matchAll(pattern)].map((found) => found[1]!));
    if (versions.size === 1) return [...versions][0]!;
  }
  return null;
}

/**
 * How a package's program is run in a folder. Never plain `npx`, which would fetch the newest version.
 *
 * @param program e.g. `prisma`
 * @returns argument vector to be run in that folder, and what was assumed
 */
export function javascriptCommand(
  repository: Repository,
  folder: string,
  program: string,
): { command: string[]; evidence: StackEvidence[]; undetermined: string[] } {
  const commands: Record<string, string[]> = {
    npm: ['npx', '--no-install', program],
    pnpm: ['pnpm', 'exec', program],
    yarn: ['yarn', program],
    bun: ['bunx', '--no-install', program],
  };
  for (const above of upwards(folder)) {
    const owner = allPackages(repository).find((each) => each.folder === above);
    const manager = /^(npm|pnpm|yarn|bun)@/.exec(textAt(owner?.json, 'packageManager') ?? '')?.[1];
    if (owner !== undefined && manager !== undefined) {
      return {
        command: commands[manager]!,
        evidence: [
          { file: owner.file, line: lineOf(repository.tryRead(owner.file) ?? '', '"packageManager"'), what: `packageManager ${manager}` },
        ],
        undetermined: [],
      };
    }
    for (const [lockfile, name] of lockfiles) {
      const path = joinPath(above, lockfile)!;
      if (repository.hasFile(path))
        return { command: commands[name]!, evidence: [{ file: path, line: null, what: `lockfile of ${name}` }], undetermined: [] };
    }
  }
  for (const above of upwards(folder)) {
    if (repository.namesInSkipped(joinPath(above, 'node_modules/.bin')!).includes(program)) {
      return {
        command: [`${relativeTo(folder, above === '.' ? 'node_modules' : `${above}/node_modules`)}/.bin/${program}`],
        evidence: [],
        undetermined: [],
      };
    }
  }
  return { command: commands['npm']!, evidence: [], undetermined: ['package manager: no lockfile and no packageManager; npm assumed'] };
}

const lockfiles: [string, string][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** First number of a version or range: its major version. */
export function majorOf(version: string | null): number | null {
  const found = /\d+/.exec(version ?? '')?.[0];
  return found === undefined ? null : Number(found);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
