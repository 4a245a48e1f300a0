/** Python projects: what they depend on, in which version, and how commands are run there. */
import type { StackEvidence } from '../../core/stack.js';
import { baseName, joinPath, relativeTo, upwards } from '../paths.js';
import { at, isTable, readJson, readToml, textAt } from '../readers/formats.js';
import type { Repository } from '../repository.js';
import type { ToolVersion } from './javascript.js';
import { normalised, pythonDependency, pythonManifestName } from './python-manifests.js';

/** Version of a distribution: installed in a virtual environment, locked, or as specified. */
export function pythonVersion(repository: Repository, folder: string, name: string): ToolVersion {
  const dependency = pythonDependency(repository, folder, name);
  const evidence = dependency === null ? [] : [{ file: dependency.file, line: dependency.line, what: dependency.what }];
  const exact = upwards(folder)
    .map((above) => installed(repository, above, name) ?? locked(repository, above, name))
    .find((version) => version !== null);
  if (exact !== undefined && exact !== null) return { version: exact, evidence, undetermined: [] };
  const specification = dependency?.specification ?? '';
  const pinned = /^={2,3}\s*v?(\d[\w.+-]*)$/.exec(specification)?.[1];
  if (pinned !== undefined) return { version: pinned, evidence, undetermined: [] };
  if (/\d/.test(specification))
    return { version: specification, evidence, undetermined: [`exact version of ${name}: only ${specification} is known`] };
  return { version: null, evidence, undetermined: [`version of ${name}: no manifest or lockfile gives it`] };
}

function installed(repository: Repository, folder: string, name: string): string | null {
  for (const environment of environmentFolders) {
    const library = joinPath(folder, `${environment}/lib`)!;
    for (const python of repository.namesInSkipped(library)) {
      for (const entry of repository.namesInSkipped(`${library}/${python}/site-packages`)) {
        const found = /^(.+)-(\d[^-]*)\.dist-info$/.exec(entry);
        if (found !== null && same(found[1]!, name)) return found[2]!;
      }
    }
  }
  return null;
}

function locked(repository: Repository, folder: string, name: string): string | null {
  for (const base of ['uv.lock', 'poetry.lock', 'pdm.lock']) {
    const file = joinPath(folder, base)!;
    const packages = repository.hasFile(file) ? readToml(repository, file)?.['package'] : null;
    if (!Array.isArray(packages)) continue;
    const found = packages.find((each) => isTable(each) && same(textAt(each, 'name') ?? '', name));
    const version = textAt(found, 'version');
    if (version !== null) return version;
  }
  const pipfile = joinPath(folder, 'Pipfile.lock')!;
  if (!repository.hasFile(pipfile)) return null;
  const json = readJson(repository, pipfile);
  return (textAt(json, 'default', name, 'version') ?? textAt(json, 'develop', name, 'version'))?.replace(/^==/, '') ?? null;
}

const environmentFolders = ['.venv', 'venv', 'env'];

/**
 * How a Python program is run for a folder: the project's own virtual environment, then its package manager, then plain.
 *
 * @param folder where it will be run
 * @param program e.g. `alembic` or `python`
 * @param plain argument vector when nothing manages the project, e.g. `["python", "-m", "alembic"]`
 */
export function pythonCommand(
  repository: Repository,
  folder: string,
  program: string,
  plain: string[],
): { command: string[]; evidence: StackEvidence[] } {
  for (const above of upwards(folder)) {
    for (const environment of environmentFolders) {
      for (const programs of ['bin', 'Scripts']) {
        const path = joinPath(above, `${environment}/${programs}`)!;
        const name = repository.namesInSkipped(path).find((each) => each === program || each === `${program}.exe`);
        if (name !== undefined)
          return { command: [`${relativeTo(folder, path)}/${name}`], evidence: [{ file: path, line: null, what: 'virtual environment' }] };
      }
    }
    const pyproject = joinPath(above, 'pyproject.toml')!;
    const tools = repository.hasFile(pyproject) ? at(readToml(repository, pyproject), 'tool') : undefined;
    for (const [lockfile, tool, prefix] of managers) {
      const lock = joinPath(above, lockfile)!;
      if (repository.hasFile(lock))
        return { command: [...prefix, program], evidence: [{ file: lock, line: null, what: `managed by ${tool}` }] };
      if (isTable(at(tools, tool)))
        return { command: [...prefix, program], evidence: [{ file: pyproject, line: null, what: `managed by ${tool}` }] };
    }
  }
  return { command: plain, evidence: [] };
}

const managers: [string, string, string[]][] = [
  ['uv.lock', 'uv', ['uv', 'run', '--']],
  ['poetry.lock', 'poetry', ['poetry', 'run']],
  ['Pipfile.lock', 'pipenv', ['pipenv', 'run']],
  ['Pipfile', 'pipenv', ['pipenv', 'run']],
  ['pdm.lock', 'pdm', ['pdm', 'run']],
  ['pixi.lock', 'pixi', ['pixi', 'run']],
  ['hatch.toml', 'hatch', ['hatch', 'run']],
];

/** Folder of the nearest manifest at or above a folder, or the folder itself. */
export function pythonProject(repository: Repository, folder: string): string {
  const nearest = upwards(folder).find((above) => repository.filesIn(above).some((file) => pythonManifestName.test(baseName(file))));
  return nearest ?? folder;
}

/** Files that a dotted module name may stand for, seen from a folder of the import path. */
export function moduleFiles(folder: string, module: string): string[] {
  const path = joinPath(folder, module.replaceAll('.', '/'));
  return path === null ? [] : [`${path}.py`, `${path}/__init__.py`];
}

function same(a: string, b: string): boolean {
  return normalised(a) === normalised(b);
}
