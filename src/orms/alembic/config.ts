/** Where Alembic environments are configured: `alembic.ini` (any `.ini` with a script location), `pyproject.toml`, or by code alone. */
import type { StackEvidence } from '../../core/stack.js';
import { baseName, byText, joinPath, parentFolder, upwards } from '../paths.js';
import { at, listOf, readToml, textAt } from '../readers/formats.js';
import { readIni, type Setting } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { lineOf } from '../tool.js';

export interface AlembicEnvironment {
  /** Folder in which `alembic` is run. */
  folder: string;
  /** Configuration file and its section; null when only the script folder shows the tool. */
  config: string | null;
  section: string;
  scripts: string | null;
  versions: string[];
  recursive: boolean;
  /** `sqlalchemy.url` as the ini has it: only its scheme and the fact may leave this module. */
  url: (Setting & { file: string; name: string }) | null;
  /** Names of a multi-database project. */
  databases: string[];
  flask: boolean;
  evidence: StackEvidence[];
  undetermined: string[];
}

/** Every configured environment, then script folders that no configuration names. */
export function alembicEnvironments(repository: Repository): AlembicEnvironment[] {
  const found: AlembicEnvironment[] = [];
  for (const file of [...repository.withExtension('ini')].sort(byText)) found.push(...ofIni(repository, file));
  for (const file of repository.named('pyproject.toml')) {
    const table = at(readToml(repository, file), 'tool', 'alembic');
    const location = textAt(table, 'script_location');
    if (location === null) continue;
    const ini = found.find((each) => each.config === joinPath(parentFolder(file), 'alembic.ini'));
    const environment = located(repository, empty(parentFolder(file), file, 'tool.alembic'), location);
    environment.evidence.push({ file, line: lineOfText(repository, file, 'script_location'), what: '[tool.alembic] script_location' });
    const versions = listOf(at(table, 'version_locations')).filter((each): each is string => typeof each === 'string');
    finishVersions(repository, environment, versions, at(table, 'recursive_version_locations') === true);
    if (ini === undefined) found.push(environment);
    else if (ini.scripts === environment.scripts) ini.evidence.push(...environment.evidence);
    else found.push(environment);
  }
  for (const file of repository.named('env.py')) {
    const folder = parentFolder(file);
    if (found.some((each) => each.scripts === folder) || !isScriptFolder(repository, folder)) continue;
    const environment = { ...empty(parentFolder(folder), null, 'alembic'), scripts: folder };
    environment.evidence.push({ file, line: lineOfText(repository, file, /from alembic import/), what: 'imports alembic context' });
    environment.undetermined.push(`no alembic.ini or pyproject.toml names ${folder}: the application seems to configure Alembic itself`);
    finishVersions(repository, environment, [], false);
    found.push(environment);
  }
  return found;
}

function ofIni(repository: Repository, file: string): AlembicEnvironment[] {
  const text = repository.tryRead(file);
  if (text === null || !/script_location|flask_migrate|^\[alembic\]/m.test(text)) return [];
  const sections = readIni(text);
  const found: AlembicEnvironment[] = [];
  for (const [section, settings] of sections) {
    const location = settings.get('script_location');
    if (location === undefined) continue;
    const environment = located(repository, empty(parentFolder(file), file, section), location.value);
    environment.evidence.push({ file, line: location.line, what: `[${section}] script_location` });
    const url = settings.get('sqlalchemy.url');
    if (url !== undefined) environment.url = { ...url, file, name: `${baseName(file)} sqlalchemy.url` };
    environment.databases = (settings.get('databases')?.value ?? '').split(/[\s,]+/).filter((name) => name !== '');
    const separator = settings.get('path_separator')?.value ?? settings.get('version_path_separator')?.value ?? null;
    finishVersions(
      repository,
      environment,
      splitLocations(settings.get('version_locations')?.value ?? '', separator),
      settings.get('recursive_version_locations')?.value === 'true',
    );
    environment.flask = sections.has('logger_flask_migrate');
    found.push(environment);
  }
  // Flask-Migrate writes an ini without a location; its own folder is the script folder.
  if (found.length === 0 && sections.has('alembic') && repository.hasFile(joinPath(parentFolder(file), 'env.py')!)) {
    const folder = parentFolder(file);
    const environment = { ...empty(parentFolder(folder), file, 'alembic'), scripts: folder, flask: true };
    environment.evidence.push({
      file,
      line: lineOfText(repository, file, /flask_migrate|\[alembic\]/),
      what: 'Flask-Migrate configuration',
    });
    finishVersions(repository, environment, [], false);
    found.push(environment);
  }
  return found;
}

function empty(folder: string, config: string | null, section: string): AlembicEnvironment {
  return {
    folder,
    config,
    section,
    scripts: null,
    versions: [],
    recursive: false,
    url: null,
    databases: [],
    flask: false,
    evidence: [],
    undetermined: [],
  };
}

/** Resolves a script location: `%(here)s/x`, a path from the working folder, or `package:folder`. */
function located(repository: Repository, environment: AlembicEnvironment, location: string): AlembicEnvironment {
  const written = location.replaceAll('%(here)s', '.').trim();
  const resource = /^([A-Za-z_][\w.]*):(.+)$/.exec(written);
  const paths =
    resource === null
      ? [written]
      : [`${resource[1]!.replaceAll('.', '/')}/${resource[2]!}`, `src/${resource[1]!.replaceAll('.', '/')}/${resource[2]!}`];
  // A path counts from the working folder, which need not be that of the ini.
  for (const folder of location.includes('%(here)s') ? [environment.folder] : upwards(environment.folder)) {
    for (const path of paths) {
      const scripts = joinPath(folder, path);
      if (scripts === null || !repository.hasFolder(scripts)) continue;
      return { ...environment, scripts, folder: resource === null ? folder : environment.folder };
    }
  }
  const inside = joinPath(environment.folder, paths[0]!) !== null;
  environment.undetermined.push(
    inside
      ? `script_location in ${environment.config} names a folder that does not exist`
      : `script_location in ${environment.config} leads out of the repository`,
  );
  return environment;
}

function finishVersions(repository: Repository, environment: AlembicEnvironment, written: string[], recursive: boolean): void {
  environment.recursive = recursive;
  const resolved = written.map((each) => {
    const resource = /^([A-Za-z_][\w.]*):(.+)$/.exec(each);
    const path = resource === null ? each.replaceAll('%(here)s', '.') : `${resource[1]!.replaceAll('.', '/')}/${resource[2]!}`;
    return (
      upwards(environment.folder)
        .flatMap((folder) => joinPath(folder, path) ?? [])
        .find((folder) => repository.hasFolder(folder)) ?? null
    );
  });
  if (resolved.includes(null))
    environment.undetermined.push(`version_locations in ${environment.config} names a folder that is not in the repository`);
  environment.versions = resolved.filter((each) => each !== null);
  if (written.length === 0 && environment.scripts !== null) environment.versions = [joinPath(environment.scripts, 'versions')!];
}

/** Splits `version_locations` as `path_separator` says; before 1.16 blanks and commas separate. */
function splitLocations(value: string, separator: string | null): string[] {
  const separators: Record<string, RegExp> = { os: /:/, ':': /:/, ';': /;/, newline: /\n/, space: /\s+/ };
  // A package resource has a colon of its own, so `os` splits only where no name ends.
  return value
    .split(separators[separator ?? ''] ?? /[\s,]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function isScriptFolder(repository: Repository, folder: string): boolean {
  const text = repository.tryRead(`${folder}/env.py`) ?? '';
  if (!/^\s*from alembic import .*\bcontext\b|^\s*from alembic import context/m.test(text)) return false;
  return repository.hasFolder(joinPath(folder, 'versions')!) || repository.hasFile(joinPath(folder, 'script.py.mako')!);
}

function lineOfText(repository: Repository, file: string, what: string | RegExp): number | null {
  return lineOf(repository.tryRead(file) ?? '', what);
}
