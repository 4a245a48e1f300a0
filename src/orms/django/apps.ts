/** Apps with migrations: their folder, label, and whether the project has them installed. */
import { baseName, byText, joinPath, parentFolder, relativeTo } from '../paths.js';
import { PythonModule } from '../readers/python-module.js';
import { textOf, type Value } from '../readers/value.js';
import type { Repository } from '../repository.js';
import type { DjangoProject } from './project.js';
import { settingList, settingValue } from './settings.js';

export interface DjangoApp {
  label: string;
  /** Folder of the migrations. */
  folder: string;
}

export interface InstalledApps {
  apps: DjangoApp[];
  /** Labels that MIGRATION_MODULES switches off. */
  switchedOff: string[];
  undetermined: string[];
}

const importsMigrations =
  /^\s*(from django\.db import .*\bmigrations\b|from django\.db\.migrations|from django\.db import \(|import django\.db\.migrations)/m;

/** Folders in which some file defines a Django migration. */
export function migrationFolders(repository: Repository): string[] {
  return repository.once('django migration folders', () => {
    const folders = new Set<string>();
    for (const file of repository.withExtension('py')) {
      const folder = parentFolder(file);
      const base = baseName(file);
      // Outside folders called migrations only the numbered names that Django gives are looked into.
      if (folders.has(folder) || base.startsWith('_') || (baseName(folder) !== 'migrations' && !/^\d{4}_/.test(base))) continue;
      const text = repository.tryRead(file);
      if (text !== null && importsMigrations.test(text) && /^class Migration\(/m.test(text)) folders.add(folder);
    }
    return [...folders].sort(byText);
  });
}

/** Apps of a project among the folders that may belong to it. */
export function installedApps(repository: Repository, project: DjangoProject, candidates: string[]): InstalledApps {
  const found: InstalledApps = { apps: [], switchedOff: [], undetermined: [] };
  const modules = migrationModules(repository, project, found);
  const installed = project.settings === null ? null : settingList(project.settings, 'INSTALLED_APPS');
  const certain = installed?.found && installed.complete;
  if (installed === null || !installed.found)
    found.undetermined.push('apps: INSTALLED_APPS was not found; every folder of migrations counts');
  else if (!certain) found.undetermined.push('apps: a part of INSTALLED_APPS is computed; every folder of migrations counts');
  const moved = new Set([...modules.values()].filter((folder) => folder !== null));
  for (const folder of candidates) {
    if (moved.has(folder)) continue;
    const app = parentFolder(folder);
    const entry = installed?.texts.find((each) => names(project, app, each)) ?? null;
    const label = appLabel(repository, app, entry);
    if (modules.has(label)) {
      found.undetermined.push(`${folder} is not used: MIGRATION_MODULES says otherwise for ${label}`);
    } else if (certain && entry === null) {
      found.undetermined.push(`${folder} is not used: the app is not in INSTALLED_APPS`);
    } else found.apps.push({ label, folder });
  }
  for (const [label, folder] of modules) {
    if (folder === null) found.switchedOff.push(label);
    else found.apps.push({ label, folder });
  }
  return found;
}

/** `MIGRATION_MODULES`: label to folder, null when switched off. */
function migrationModules(repository: Repository, project: DjangoProject, found: InstalledApps): Map<string, string | null> {
  const modules = new Map<string, string | null>();
  const setting = project.settings === null ? null : settingValue(project.settings, 'MIGRATION_MODULES');
  if (setting === null) return modules;
  if (setting.value.kind !== 'object') {
    found.undetermined.push(`MIGRATION_MODULES in ${setting.file} is computed`);
    return modules;
  }
  for (const { key, value } of setting.value.entries) {
    const module = textOf(value);
    if (value.kind === 'null') modules.set(key, null);
    else if (module === null) found.undetermined.push(`MIGRATION_MODULES[${key}] in ${setting.file} is computed`);
    else {
      const folder = project.importFolders
        .flatMap((each) => joinPath(each, module.replaceAll('.', '/')) ?? [])
        .find((each) => repository.hasFolder(each));
      if (folder === undefined) found.undetermined.push(`MIGRATION_MODULES[${key}]: the package ${module} is not in the repository`);
      else modules.set(key, folder);
    }
  }
  return modules;
}

/** True when an entry of INSTALLED_APPS means the app in this folder: its dotted name, or a class below it. */
function names(project: DjangoProject, app: string, entry: string): boolean {
  return (
    project.importFolders.some((folder) => {
      const dotted = relativeTo(folder, app).replaceAll('/', '.');
      return (
        !dotted.startsWith('..') &&
        (entry === dotted ||
          entry.startsWith(`${dotted}.apps.`) ||
          new RegExp(`^${dotted.replaceAll('.', '\\.')}\\.(\\w+\\.)*\\w*Config$`).test(entry))
      );
    }) ||
    entry === app.replaceAll('/', '.') ||
    app.endsWith(`/${entry.replace(/\.apps\.\w+$/, '').replaceAll('.', '/')}`)
  );
}

/** Label of an app: `AppConfig.label`, else the end of its name, else its folder. */
export function appLabel(repository: Repository, app: string, entry: string | null): string {
  const file = joinPath(app, 'apps.py')!;
  const text = repository.hasFile(file) ? repository.tryRead(file) : null;
  if (text === null) return baseName(app);
  const configs = new PythonModule(text).classes().filter((each) => each.bases.some((base) => /AppConfig$|Config$/.test(base)));
  const named =
    configs.find((each) => entry?.endsWith(`.${each.name}`)) ??
    configs.find((each) => each.body.some(({ name, value }) => name === 'default' && isTrue(value))) ??
    configs[0];
  const own = (name: string): string | null => textOf(named?.body.findLast((each) => each.name === name)?.value);
  return own('label') ?? own('name')?.replace(/^.*\./, '') ?? baseName(app);
}

function isTrue(value: Value): boolean {
  return value.kind === 'boolean' && value.value;
}
