/** What the manifests of a Python project depend on. */
import type { StackEvidence } from '../../core/stack.js';
import { baseName, byText, joinPath, upwards } from '../paths.js';
import { at, isTable, readToml, textAt, type Table } from '../readers/formats.js';
import { pythonTokens } from '../readers/python-tokens.js';
import type { Repository } from '../repository.js';
import { lineOf } from '../tool.js';

/** File names of manifests. */
export const pythonManifestName =
  /^(pyproject\.toml|setup\.(cfg|py)|Pipfile|environment\.ya?ml|(.*[-_])?requirements([-_.].*)?\.(txt|in))$/;

interface Requirement {
  name: string;
  specification: string;
}

/** Manifests that count for a folder: in it and above, and in a `requirements` folder beside. Nearest first. */
export function pythonManifests(repository: Repository, folder: string): string[] {
  return repository.once(`python manifests ${folder}`, () =>
    upwards(folder).flatMap((above) =>
      [
        ...repository.filesIn(above).filter((file) => pythonManifestName.test(baseName(file))),
        ...repository.filesIn(joinPath(above, 'requirements')!).filter((file) => /\.(txt|in)$/.test(file)),
      ].sort(byText),
    ),
  );
}

/** Where a manifest names a distribution, with the version specification behind it; null when none does. */
export function pythonDependency(repository: Repository, folder: string, name: string): (StackEvidence & { specification: string }) | null {
  const wanted = normalised(name);
  for (const file of pythonManifests(repository, folder)) {
    const found = requirementsOf(repository, file).find((each) => normalised(each.name) === wanted);
    if (found === undefined) continue;
    const line = lineOf(repository.tryRead(file) ?? '', new RegExp(`(?<![\\w.-])${wanted.replaceAll('-', '[-_.]+')}(?![\\w-])`, 'i'));
    return { file, line, what: `depends on ${name}`, specification: found.specification };
  }
  return null;
}

/** A distribution's name as PEP 503 compares it. */
export function normalised(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-');
}

function requirementsOf(repository: Repository, file: string): Requirement[] {
  return repository.once(`requirements ${file}`, () => {
    const base = baseName(file);
    if (base === 'pyproject.toml') return ofPyproject(readToml(repository, file) ?? {});
    if (base === 'Pipfile') return ['packages', 'dev-packages'].flatMap((section) => ofTable(at(readToml(repository, file), section)));
    const text = repository.tryRead(file) ?? '';
    if (base === 'setup.py') return pythonTokens(text).flatMap((token) => (token.type === 'string' ? ofLine(token.value) : []));
    return text.split(/\r\n|\n|\r/).flatMap((line) => ofLine(line.replace(/(^|\s)#.*$/, '').replace(/^\s*- /, '')));
  });
}

function ofPyproject(toml: Table): Requirement[] {
  const lists = [at(toml, 'project', 'dependencies'), at(toml, 'tool', 'uv', 'dev-dependencies')];
  for (const groups of [at(toml, 'project', 'optional-dependencies'), at(toml, 'dependency-groups')])
    if (isTable(groups)) lists.push(...Object.values(groups));
  const written = lists.flatMap((list) =>
    Array.isArray(list) ? list.flatMap((each) => (typeof each === 'string' ? ofLine(each) : [])) : [],
  );
  const poetry = at(toml, 'tool', 'poetry');
  const groups = at(poetry, 'group');
  const tables = [
    at(poetry, 'dependencies'),
    at(poetry, 'dev-dependencies'),
    ...(isTable(groups) ? Object.values(groups).map((group) => at(group, 'dependencies')) : []),
  ];
  return [...written, ...tables.flatMap(ofTable)];
}

function ofTable(table: unknown): Requirement[] {
  if (!isTable(table)) return [];
  return Object.entries(table).map(([name, value]) => ({
    name,
    specification: typeof value === 'string' ? value : (textAt(value, 'version') ?? ''),
  }));
}

function ofLine(line: string): Requirement[] {
  if (line.length > 300) return []; // A description, not a requirement.
  const found = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*((?:[=<>~!]=?=?|\().*?)?\s*(?:;.*|@.*|--hash.*|\\)?$/.exec(line);
  return found === null ? [] : [{ name: found[1]!, specification: (found[2] ?? '').replaceAll(/[()]/g, '') }];
}
