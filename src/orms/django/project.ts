/** Django projects: which `manage.py`, which settings module. */
import type { StackEvidence } from '../../core/stack.js';
import { baseName, byText, isUnder, joinPath, parentFolder } from '../paths.js';
import { at, readToml, textAt } from '../readers/formats.js';
import { pythonTokens } from '../readers/python-tokens.js';
import { environmentEntry, readIni } from '../readers/settings.js';
import type { Repository } from '../repository.js';
import { moduleFile, readSettings, type DjangoSettings } from './settings.js';

export interface DjangoProject {
  folder: string;
  manage: string | null;
  settingsModule: string | null;
  settings: DjangoSettings | null;
  /** Folders from which modules are imported. */
  importFolders: string[];
  evidence: StackEvidence[];
  undetermined: string[];
}

interface Named {
  module: string;
  file: string;
  line: number | null;
}

/** Every `manage.py` that sets DJANGO_SETTINGS_MODULE. */
export function djangoProjects(repository: Repository): DjangoProject[] {
  const manages = repository.named('manage.py').filter((file) => (repository.tryRead(file) ?? '').includes('DJANGO_SETTINGS_MODULE'));
  return manages.sort(byText).map((manage) => {
    const folder = parentFolder(manage);
    const project: DjangoProject = {
      folder,
      manage,
      settingsModule: null,
      settings: null,
      importFolders: importFolders(repository, folder),
      evidence: [],
      undetermined: [],
    };
    const named = namedIn(repository, manage);
    project.evidence.push({ file: manage, line: named[0]?.line ?? null, what: 'manage.py sets DJANGO_SETTINGS_MODULE' });
    chooseSettings(repository, project, named);
    return project;
  });
}

/** Settings for migrations that no `manage.py` covers, such as those of a reusable app. */
export function projectWithoutManage(repository: Repository, folder: string): DjangoProject {
  const project: DjangoProject = {
    folder,
    manage: null,
    settingsModule: null,
    settings: null,
    importFolders: importFolders(repository, folder),
    evidence: [],
    undetermined: ['no manage.py covers these migrations: commands need django-admin with --settings'],
  };
  chooseSettings(repository, project, []);
  return project;
}

function chooseSettings(repository: Repository, project: DjangoProject, fromManage: Named[]): void {
  const { folder } = project;
  const entry = environmentEntry(repository, folder, 'DJANGO_SETTINGS_MODULE');
  const fromEnvironment = entry === null || !isModule(entry.value) ? [] : [{ module: entry.value, file: entry.file, line: entry.line }];
  const servers = ['wsgi.py', 'asgi.py']
    .flatMap((name) => repository.named(name))
    .filter((file) => isUnder(file, folder))
    .flatMap((file) => namedIn(repository, file));
  const all = [...fromManage, ...servers, ...fromEnvironment, ...fromTests(repository, folder)];
  const chosen = all[0];
  if (chosen === undefined) {
    project.undetermined.push('settings: no file names a settings module; set DJANGO_SETTINGS_MODULE');
    return;
  }
  project.settingsModule = chosen.module;
  if (fromManage.length === 0) project.evidence.push({ file: chosen.file, line: chosen.line, what: 'names the settings module' });
  const others = [...new Set(all.map((each) => each.module))].filter((module) => module !== chosen.module);
  if (others.length > 0)
    project.undetermined.push(
      `settings: ${chosen.module} was read; ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} named as well`,
    );
  const file =
    moduleFile(repository, project.importFolders, chosen.module) ??
    repository.files.find((each) => isUnder(each, folder) && each.endsWith(`/${chosen.module.replaceAll('.', '/')}.py`)) ??
    null;
  if (file === null) {
    project.undetermined.push(`settings: the module ${chosen.module} is not in the repository`);
    return;
  }
  project.evidence.push({ file, line: null, what: `settings ${chosen.module}` });
  project.settings = readSettings(repository, project.importFolders, file);
  const siblings =
    baseName(parentFolder(file)) === 'settings'
      ? repository
          .filesIn(parentFolder(file))
          .filter((each) => each.endsWith('.py') && each !== file && !/\/(__init__|base|common)\.py$/.test(each))
      : [];
  const unread = siblings.filter((each) => !project.settings!.files.includes(each)).map((each) => baseName(each).replace(/\.py$/, ''));
  if (unread.length > 0)
    project.undetermined.push(`settings: the package also has ${unread.join(', ')}; which one a target uses must be chosen`);
}

/** Modules that a Python file gives to DJANGO_SETTINGS_MODULE literally. */
function namedIn(repository: Repository, file: string): Named[] {
  const tokens = pythonTokens(repository.tryRead(file) ?? '');
  return tokens.flatMap((token, index) => {
    if (token.type !== 'string' || token.value !== 'DJANGO_SETTINGS_MODULE') return [];
    const value = tokens.slice(index + 1, index + 4).find((each) => each.type === 'string');
    return value !== undefined && !value.interpolated && isModule(value.value) ? [{ module: value.value, file, line: token.line }] : [];
  });
}

function fromTests(repository: Repository, folder: string): Named[] {
  const named: Named[] = [];
  for (const base of ['pytest.ini', 'setup.cfg', 'tox.ini']) {
    const file = joinPath(folder, base)!;
    if (!repository.hasFile(file)) continue;
    const sections = readIni(repository.tryRead(file) ?? '');
    const setting = [sections.get('pytest'), sections.get('tool:pytest')]
      .map((section) => section?.get('django_settings_module'))
      .find((each) => each !== undefined);
    if (setting !== undefined && isModule(setting.value)) named.push({ module: setting.value, file, line: setting.line });
  }
  const pyproject = joinPath(folder, 'pyproject.toml')!;
  if (!repository.hasFile(pyproject)) return named;
  const tool = at(readToml(repository, pyproject), 'tool');
  for (const module of [
    textAt(tool, 'pytest', 'ini_options', 'DJANGO_SETTINGS_MODULE'),
    textAt(tool, 'django-stubs', 'django_settings_module'),
  ]) {
    if (module !== null && isModule(module)) named.push({ module, file: pyproject, line: null });
  }
  return named;
}

function isModule(text: string): boolean {
  return /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(text);
}

/** The project's folder and the usual places that projects add to the import path. */
function importFolders(repository: Repository, folder: string): string[] {
  const usual = ['.', 'src', 'apps', 'src/apps', 'backend'].flatMap((each) => joinPath(folder, each) ?? []);
  return usual.filter((each) => repository.hasFolder(each));
}
