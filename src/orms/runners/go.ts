/** Go projects: what `go.mod` requires, and which Go files call what. */
import type { Dialect, StackEvidence } from '../../core/stack.js';
import { dialectOfName } from '../dialect.js';
import { isUnder, parentFolder } from '../paths.js';
import type { Repository } from '../repository.js';

export interface GoModule {
  file: string;
  folder: string;
  /** Import path, of the `module` line; null when there is none. */
  path: string | null;
  requires: { path: string; version: string; line: number; indirect: boolean }[];
  /** `tool` directives (Go 1.24). */
  tools: { path: string; line: number }[];
}

/** All `go.mod` files. */
export function goModules(repository: Repository): GoModule[] {
  return repository.once('go.mod files', () =>
    repository.named('go.mod').map((file) => parseGoModule(file, repository.tryRead(file) ?? '')),
  );
}

/** The module that a folder belongs to. */
export function owningGoModule(repository: Repository, folder: string): GoModule | null {
  const above = goModules(repository).filter((module) => isUnder(folder, module.folder));
  return above.sort((a, b) => b.folder.length - a.folder.length)[0] ?? null;
}

/** A requirement by the beginning of its path; major version suffixes count as the same module. */
export function goRequirement(module: GoModule | null, path: string): GoModule['requires'][number] | null {
  return module?.requires.find((each) => each.path === path || each.path.startsWith(`${path}/`)) ?? null;
}

export function goEvidence(module: GoModule, requirement: { path: string; line: number }): StackEvidence {
  return { file: module.file, line: requirement.line, what: `requires ${requirement.path}` };
}

/** Go files of a module, those of nested modules and tests left out. */
export function goFiles(repository: Repository, module: GoModule): string[] {
  const nested = goModules(repository).filter((other) => other !== module && isUnder(other.folder, module.folder));
  return repository
    .withExtension('go')
    .filter(
      (file) =>
        isUnder(file, module.folder) && !file.endsWith('_test.go') && !nested.some((other) => isUnder(parentFolder(file), other.folder)),
    );
}

/** A match in Go text, with comments and strings kept apart as far as lines go. */
export interface GoMatch {
  file: string;
  line: number;
  match: RegExpExecArray;
}

/** Lines of Go code that match; comment lines do not count, but `//go:` directives do. */
export function goMatches(repository: Repository, files: string[], pattern: RegExp, needle: string): GoMatch[] {
  return files.flatMap((file) => {
    const text = repository.tryRead(file);
    if (text === null || !text.includes(needle)) return [];
    const found: GoMatch[] = [];
    withoutBlockComments(text)
      .split(/\r?\n/)
      .forEach((written, index) => {
        const line = /^\s*\/\/(?!go:)/.test(written) ? '' : written.replace(/(^|\s)\/\/(?!go:).*$/, '');
        const match = pattern.exec(line);
        if (match !== null) found.push({ file, line: index + 1, match });
      });
    return found;
  });
}

/** Dialects that the required drivers speak. */
export function goDrivers(module: GoModule | null): { dialect: Dialect; path: string; line: number }[] {
  const drivers: [RegExp, string][] = [
    [/^github\.com\/(jackc\/pgx|lib\/pq)\b/, 'postgres'],
    [/^gorm\.io\/driver\/(postgres|mysql|sqlite)$/, ''],
    [/^github\.com\/go-sql-driver\/mysql$/, 'mysql'],
    [
      /^(github\.com\/mattn\/go-sqlite3|modernc\.org\/sqlite|github\.com\/glebarez\/sqlite|github\.com\/tursodatabase\/.*|github\.com\/ncruces\/go-sqlite3)$/,
      'sqlite',
    ],
  ];
  return (module?.requires ?? []).flatMap(({ path, line, indirect }) => {
    const driver = indirect ? undefined : drivers.find(([pattern]) => pattern.test(path));
    if (driver === undefined) return [];
    return [{ dialect: dialectOfName(driver[1] === '' ? path.slice(path.lastIndexOf('/') + 1) : driver[1]), path, line }];
  });
}

function parseGoModule(file: string, text: string): GoModule {
  const module: GoModule = { file, folder: parentFolder(file), path: null, requires: [], tools: [] };
  let block: string | null = null;
  text.split(/\r?\n/).forEach((raw, index) => {
    const written = raw.replace(/\/\/.*$/, '').trim();
    const opened = /^(\w+)\s*\($/.exec(written)?.[1];
    if (opened !== undefined) block = opened;
    else if (written === ')') block = null;
    else {
      const [, verb, rest] = block === null ? (/^(\w+)\s+(.+)$/.exec(written) ?? []) : [null, block, written];
      const [path, version] = (rest ?? '').split(/\s+/);
      if (verb === 'require' && path !== undefined && version !== undefined)
        module.requires.push({ path, version, line: index + 1, indirect: /\/\/\s*indirect/.test(raw) });
      if (verb === 'module' && path) module.path ??= path.replace(/^"|"$/g, '');
      if (verb === 'tool' && path) module.tools.push({ path, line: index + 1 });
    }
  });
  return module;
}

function withoutBlockComments(text: string): string {
  return text.replace(/`[^`]*`|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\//g, (all) => (all.startsWith('/*') ? all.replace(/[^\n]/g, ' ') : all));
}
